"""Archives of sources and models: tar.gz files that are packed here and unpacked with suspicion."""

import gzip
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from shutil import disk_usage

GIB = 1024**3
LARGEST_RATIO = 200
"""More than any source or model shrinks; zeros, of which bombs are made, shrink a thousandfold."""
MOST_MEMBERS = 200_000
LARGEST_READ = 1024 * 1024
"""Headers may claim any length, and are read at once; contents are read in small pieces."""


class UnsafeArchiveError(tarfile.TarError):
    """The archive would write where it must not, or more than it may."""


class _Bounded(gzip.GzipFile):
    """The unpacked bytes, of which nobody takes too many at once."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= LARGEST_READ:
            raise UnsafeArchiveError("a header of the archive is too long")
        return super().read(size)


def extract(archive: Path, folder: Path, most_bytes: int | None = None) -> None:
    """Unpack a tar.gz as data, once all of it was found to be harmless.

    Raises UnsafeArchiveError for what would be written outside of *folder*, for devices, and for
    more than *most_bytes*, than the disk has, or than an archive of that size holds in earnest.
    """
    limit = max(GIB, LARGEST_RATIO * archive.stat().st_size)
    limit = min(limit, most_bytes or limit, disk_usage(folder.parent).free)
    with _opened(archive) as tar:
        _check(tar, folder, limit)
    with _opened(archive) as tar:
        tar.extractall(folder, filter="data")


def pack(archive: Path, *folders: Path) -> None:
    """Write what is in *folders* to a gzipped tar file, as SageMaker does: no leading folder.

    Where two of them hold the same name the first one's stays.
    """
    with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
        for name, entry in merged(*folders):
            tar.add(entry, name, recursive=False)


def merged(*folders: Path) -> Iterator[tuple[str, Path]]:
    """Yield every entry below *folders* by its relative name, folders before what is in them."""
    seen: set[str] = set()
    for folder in folders:
        for entry in sorted(folder.rglob("*")):
            name = entry.relative_to(folder).as_posix()
            if name not in seen:
                seen.add(name)
                yield name, entry


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    with _Bounded(archive) as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as tar:
        yield tar


def _check(tar: tarfile.TarFile, folder: Path, limit: int) -> None:
    size = 0
    for count, member in enumerate(tar, 1):
        size += member.size
        if size > limit or count > MOST_MEMBERS:
            raise UnsafeArchiveError(
                f"the archive unpacks to more than it may: {size} bytes in {count} members"
            )
        if PurePosixPath(member.name).is_absolute():
            raise UnsafeArchiveError(f"the archive has an absolute path: {member.name}")
        try:
            tarfile.data_filter(member, str(folder))
        except tarfile.FilterError as error:
            raise UnsafeArchiveError(str(error)) from error
