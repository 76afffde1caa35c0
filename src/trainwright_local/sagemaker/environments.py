"""The Python environments that stand in for framework images, made once for each content.

An environment is what the image carries plus the algorithm's requirements, which may change the
image's versions as they do in the container. It is named by the hash of what went into it, made
under another name and renamed when complete, so that what is found under a name is whole. One
builder at a time: a file lock, which the kernel drops with its holder, covers threads and processes
alike. The price: environments are never updated, and stay in the cache until it is deleted.
"""

import fcntl
import hashlib
import os
import platform
import re
import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uv

from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.images import Image, image_of
from trainwright_local.sagemaker.processes import spawn

_LAST_LINES = 12
_INCLUDE = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[\s=]+(?P<path>\S+)", re.MULTILINE)
# What uv says when no answer came at all; its exit code does not tell that from other errors.
_UNREACHABLE = ("error sending request for url", "network was disabled")
# These would point uv at an environment other than the one it is to make.
_MISLEADING = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "UV_PYTHON", "UV_TARGET")


class EnvironmentBuildError(Exception):
    """An environment could not be made; the message ends with what uv said last."""


class IndexUnreachableError(EnvironmentBuildError):
    """The package index did not answer, which is no fault of the requirements."""


@dataclass(frozen=True)
class Environment:
    """A complete environment on disk."""

    root: Path

    @property
    def python(self) -> Path:
        """The interpreter that sees the environment's packages."""
        return self.root / "bin" / "python"


def environment_for(image: str, requirements: Path | None, config: SageMakerConfig) -> Environment:
    """Return the environment of *image* with *requirements*, built now if it does not exist."""
    carried = image_of(image)
    folder = config.cache_dir / "environments"
    root = folder / f"{carried.repository}-{_content(carried, requirements)}"
    environment = Environment(root)
    # A link whose interpreter has been uninstalled does not exist either.
    if not environment.python.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _only_builder(folder / f"{root.name}.lock"):
            if not environment.python.exists():
                _build(root, carried, requirements)
    return environment


def _content(image: Image, requirements: Path | None) -> str:
    digest = hashlib.sha256(repr((image, platform.platform(), platform.python_version())).encode())
    for path in _files(requirements, set()) if requirements else ():
        digest.update(b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _files(requirements: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield *requirements* and the files it includes, each once."""
    if requirements in seen or not requirements.is_file():
        return
    seen.add(requirements)
    yield requirements
    for found in _INCLUDE.finditer(requirements.read_text(errors="replace")):
        yield from _files(requirements.parent / found["path"], seen)


@contextmanager
def _only_builder(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(root: Path, image: Image, requirements: Path | None) -> None:
    unfinished = root.parent / f"{root.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)  # of a builder that was killed
    _uv("venv", "--relocatable", "--no-project", "--python", image.python, str(unfinished))
    install = ("pip", "install", "--python", str(unfinished / "bin" / "python"))
    _uv(*install, *image.packages)
    if requirements is not None:
        _uv(*install, "-r", str(requirements), cwd=requirements.parent)
    shutil.rmtree(root, ignore_errors=True)
    unfinished.rename(root)


def _uv(*arguments: str, cwd: Path = Path("/")) -> None:
    lines: deque[str] = deque(maxlen=_LAST_LINES)
    env = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    command = [uv.find_uv_bin(), *arguments, "--no-progress", "--color", "never"]
    if spawn(command, env=env, cwd=cwd, on_line=lines.append).wait() == 0:
        return
    said = "\n".join(lines)
    if any(sign in said for sign in _UNREACHABLE):
        raise IndexUnreachableError(
            "The package index cannot be reached, so the packages of the algorithm cannot be "
            f"installed; check the network or the index that uv is set to.\n{said}"
        )
    raise EnvironmentBuildError(f"The packages of the algorithm cannot be installed.\n{said}")
