"""Images in this cloud's own registry: of scripts alone, run as processes, and whole ones.

Whoever builds images without an engine pushes one layer: the programs `bin/train` and `bin/serve`
below `opt/program`, what they run, and the requirements of both. A label says that it is such an
image, and which Python it wants. Its programs are the very ones of the real image; what is missing
is the system around them, above all its packages.
"""

import json
import re
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import urllib3

from trainwright_local.sagemaker.archives import extract
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.images import Image, image_of, server_packages
from trainwright_local.sagemaker.store import Json

PYTHON_LABEL = "trainwright.scripts.python"
"""Marks an image of scripts; its value is the version of Python."""
PROGRAM = Path("opt", "program")
_TORCH = re.compile(r"^torch==[\d.]+", re.MULTILINE)
_URI = re.compile(
    r"(?P<host>\d{12}\.dkr\.ecr\.[a-z0-9-]+\.[a-z0-9.-]+)/(?P<repository>[^@:]+)"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[\w.-]+))"
)
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_OK = 200
_http = urllib3.PoolManager(retries=False, timeout=20)
_unpacking = threading.Lock()


@dataclass(frozen=True)
class ScriptsImage:
    """An image of scripts, unpacked."""

    root: Path
    python: str

    @property
    def image(self) -> Image:
        """What its environment is made of, but for the requirements; the same for all of them."""
        return environment_image(self.python, self.requirements.read_text(encoding="utf-8"))

    @property
    def requirements(self) -> Path:
        """The packages that its scripts need."""
        return self.root / "requirements.txt"

    def program(self, name: str) -> Path:
        """Return the program that SageMaker would start: `train` or `serve`."""
        return self.root / "bin" / name


def environment_image(python: str, requirements: str) -> Image:
    """Describe an environment that meets *requirements*, by torch's build for processors only."""
    if python == "{}.{}".format(*sys.version_info):
        python = sys.executable  # the cloud's own, which is known to be there
    torch = image_of("pytorch-training")
    wanted = _TORCH.search(requirements)
    if wanted is None or wanted[0] not in " ".join(torch.fixed):
        return Image("scripts", python, server_packages())
    return Image("scripts", python, server_packages(), torch.fixed, torch.otherwise)


def scripts_image(uri: str, config: SageMakerConfig) -> ScriptsImage | None:
    """Return the image of scripts at *uri*, if this cloud's registry has one there."""
    registry, digest, manifest = _found(uri, config)
    if registry is None or "config" not in manifest:
        return None
    labels = registry.json(manifest["config"]["digest"])["config"].get("Labels") or {}
    if PYTHON_LABEL not in labels:
        return None
    folder = config.cache_dir / "images" / digest.replace(":", "-")
    with _unpacking:
        if not folder.exists():
            _unpack(registry.blob(manifest["layers"][0]["digest"]), folder)
    return ScriptsImage(folder / PROGRAM, labels[PYTHON_LABEL])


def name_here(uri: str, config: SageMakerConfig) -> str:
    """Return what an engine here is told for *uri*: this cloud's registry may have it."""
    registry, digest, _ = _found(uri, config)
    if registry is None:
        return uri
    return f"{urlsplit(config.endpoint_url).netloc}/{registry.repository}@{digest}"


def _found(uri: str, config: SageMakerConfig) -> tuple["_Registry | None", str, Json]:
    place = _URI.fullmatch(uri)
    if place is None:
        return None, "", {}
    registry = _Registry(config.endpoint_url, place["host"], place["repository"])
    digest, manifest = registry.manifest(place["digest"] or place["tag"])
    return (registry if digest else None), digest, manifest


class _Registry:
    """One repository of this cloud's registry, as docker would ask it."""

    def __init__(self, endpoint_url: str, host: str, repository: str) -> None:
        self.repository = repository
        self._url = f"{endpoint_url}/v2/{quote(repository)}"
        self._scope = urlencode({"ns": host})  # which account's and region's it is

    def manifest(self, reference: str) -> tuple[str, Json]:
        """Return the digest and the manifest of an image, or nothing if there is none."""
        try:
            answer = self._get(f"manifests/{reference}", {"Accept": _MANIFEST})
        except urllib3.exceptions.HTTPError:  # the service can be run without a cloud around it
            return "", {}
        if answer.status != _OK:
            return "", {}
        return answer.headers["Docker-Content-Digest"], json.loads(answer.data)

    def json(self, digest: str) -> Json:
        """Return a blob that is JSON."""
        return json.loads(self.blob(digest))

    def blob(self, digest: str) -> bytes:
        """Return a blob."""
        return self._get(f"blobs/{digest}", {}).data

    def _get(self, path: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        return _http.request("GET", f"{self._url}/{path}?{self._scope}", headers=headers)


def _unpack(layer: bytes, folder: Path) -> None:
    """Make *folder* whole under another name first: what is found under its name is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        archive, unfinished = Path(temporary, "layer.tar.gz"), Path(temporary, "layer")
        archive.write_bytes(layer)
        unfinished.mkdir()
        extract(archive, unfinished)
        shutil.move(unfinished, folder)
