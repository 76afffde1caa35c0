"""Reading a package that anybody may have written: in memory, bounded, and only plain files."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from trainwright.logic.packaging import MAX_FILES, MAX_UNPACKED_BYTES
from trainwright.models.message import Problem
from trainwright.models.names import RelativePath

_PATH = TypeAdapter(RelativePath)
_OVERHEAD = 1 << 20  # of the archive itself: a header and the padding of each file


def unpack(body: bytes, problems: list[Problem]) -> dict[str, bytes]:
    """Return the files of the tar.gz *body*; add what is wrong with it to *problems*."""
    files: dict[str, bytes] = {}
    try:
        for path, content in _members(_decompress(body), problems):
            if path in files:
                problems.append(Problem(field=path, message="is in the package twice"))
            files[path] = content
    except (OSError, EOFError, zlib.error, tarfile.TarError, _TooBigError) as error:
        problems.append(Problem(field="package", message=f"is no sound tar.gz: {error}"))
    return files


class _TooBigError(Exception):
    """The package would take more memory than it may."""


def _decompress(body: bytes) -> bytes:
    """Decompress before anything is read: headers too may claim any size."""
    limit = MAX_UNPACKED_BYTES + _OVERHEAD
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
        tar = stream.read(limit + 1)
    if len(tar) > limit:
        raise _TooBigError(f"it has more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB unpacked")
    return tar


def _members(tar: bytes, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
        for number, member in enumerate(archive):
            if number >= MAX_FILES:
                raise _TooBigError(f"it has more than {MAX_FILES} files")
            path = member.name.removeprefix("./")
            if member.isdir() and path in {"", "."}:
                continue
            if complaint := _complaint(member, path):
                problems.append(Problem(field=path or "(no name)", message=complaint))
            elif found := archive.extractfile(member):
                yield path, found.read()


def _complaint(member: tarfile.TarInfo, path: str) -> str | None:
    # A sparse file too is refused: a few bytes may stand for terabytes of zeros.
    if not (member.isreg() or member.isdir()) or member.issparse():
        return "is a link, a device or sparse; a package has only plain files"
    try:
        _PATH.validate_python(path)
    except ValidationError as error:
        return error.errors()[0]["msg"].removeprefix("Value error, ")
    return None
