"""An image without an engine: one layer of scripts, which the local cloud runs as processes.

It is a real image of a real registry, made of bytes that depend on nothing but the files: a
manifest, a configuration, and one layer with `opt/program` as the Dockerfiles lay it out.
"""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

from trainwright.logic.packaging import Files
from trainwright_cli.images.folders import ContainerFolder, Variant

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
_LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
PROGRAM = "opt/program"
PYTHON_LABEL = "trainwright.scripts.python"
"""Where the local cloud finds the version of Python; also what it knows such an image by."""


@dataclass(frozen=True)
class ScriptsImage:
    """The three parts of an image."""

    layer: bytes
    config: bytes

    @property
    def manifest(self) -> bytes:
        """Name the other two by their content."""
        return _json(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST_TYPE,
                "config": _described(_CONFIG_TYPE, self.config),
                "layers": [_described(_LAYER_TYPE, self.layer)],
            }
        )


def scripts_image(folder: ContainerFolder, variant: Variant) -> ScriptsImage:
    """Make the image of *folder*."""
    tar = _tar(program_files(folder))
    labels = {PYTHON_LABEL: folder.specification.python, "trainwright.container": folder.name}
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["serve"], "Labels": labels | {"trainwright.variant": variant}},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(tar)]},
    }
    return ScriptsImage(layer=gzip.compress(tar, mtime=0), config=_json(config))


def program_files(folder: ContainerFolder) -> Files:
    """Return what the image has below `opt/program`, its base's files and requirements included."""
    below = dict(program_files(folder.base)) if folder.base else {}
    own = {
        name.removeprefix("program/"): content
        for name, content in folder.files.items()
        if name.startswith(("code/", "program/"))
    }
    requirements = below.get("requirements.txt", b"") + folder.files.get("requirements.txt", b"")
    return below | own | {"requirements.txt": requirements}


def mode_of(content: bytes) -> int:
    """Return the rights of a file: what names its interpreter is a program."""
    return 0o755 if content.startswith(b"#!") else 0o644


def digest_of(content: bytes) -> str:
    """Name *content* as registries do."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _tar(files: Files) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(f"{PROGRAM}/{path}")
            member.size, member.mode = len(content), mode_of(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _described(media_type: str, content: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "size": len(content), "digest": digest_of(content)}


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
