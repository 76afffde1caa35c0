"""An algorithm's folder as one package: its files, its version, and the same bytes every time."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from trainwright.errors import InvalidRequestError

MAX_FILES = 1000
MAX_PACKED_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 100_000_000
MANIFEST = "algorithm.yaml"

_VERSION_DIGITS = 12
_BYPRODUCTS = (".pyc", "~")
_ABOUT_IT = {
    "README.md",
    "checks.yaml",
    "picture.py",
    "sample",
    "sample.py",
    "sample_requirements.txt",
}
"""What explains and tests an algorithm: changing it makes no new version."""

type Files = Mapping[str, bytes]
"""The content of a package by its path, written with `/`."""


class Package(NamedTuple):
    """What is uploaded to publish an algorithm, and the names of where it goes."""

    name: str
    version: str
    body: bytes


def pack(folder: Path) -> Package:
    """Pack *folder*; an InvalidRequestError says what cannot be packed."""
    return pack_files(folder.resolve().name, read_folder(folder))


def pack_files(name: str, files: Files) -> Package:
    """Pack the *files* of the algorithm *name*; an InvalidRequestError says why that cannot be."""
    _check_size(name, len(files), sum(map(len, files.values())))
    body = archive(files)
    if len(body) > MAX_PACKED_BYTES:
        raise InvalidRequestError(f"{name} is {_megabytes(MAX_PACKED_BYTES, len(body))}")
    return Package(name=name, version=version_of(files), body=body)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of *folder* that train and serve; hidden ones and byproducts stay."""
    if not folder.is_dir():
        raise InvalidRequestError(f"{folder} is no folder")
    paths = [path for path in _belonging(folder) if not _is_about(path.relative_to(folder))]
    _check_size(str(folder), len(paths), sum(path.stat().st_size for path in paths))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def _check_size(what: str, count: int, size: int) -> None:
    if count > MAX_FILES:
        raise InvalidRequestError(f"{what} has {count} files; {MAX_FILES} are the most")
    if size > MAX_UNPACKED_BYTES:
        raise InvalidRequestError(f"{what} is {_megabytes(MAX_UNPACKED_BYTES, size)}")


def _belonging(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name == "__pycache__":
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise InvalidRequestError(f"{path} is a link or a device; only files can be packed")
        if path.is_dir():
            yield from _belonging(path)
        elif not path.name.endswith(_BYPRODUCTS):
            yield path


def _is_about(path: Path) -> bool:
    return path.parts[0] in _ABOUT_IT


def version_of(files: Files) -> str:
    """Name the content of *files*: the same files have the same version, packed anywhere."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        for part in (path.encode(), content):
            digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:_VERSION_DIGITS]


def archive(files: Files) -> bytes:
    """Write *files* as a tar.gz without times and owners, sorted."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(content), 0o644
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def _megabytes(limit: int, size: int) -> str:
    return f"too big for a package: {size / 1e6:.1f} MB, at most {limit / 1e6:.0f} MB"
