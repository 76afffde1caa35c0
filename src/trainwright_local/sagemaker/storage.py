"""Objects and prefixes of S3 on their way to and from folders."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class UnsafeKeyError(Exception):
    """A key would be written outside of the folder it belongs in."""


class FileAndFolderError(Exception):
    """A key is another key's folder: no file system can hold both."""


@dataclass(frozen=True)
class S3Uri:
    """A place in S3: an object, or a prefix of keys."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: str) -> "S3Uri":
        """Read `s3://bucket/key`; nothing in a key is an escape. Raises ValueError."""
        scheme, _, rest = text.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not bucket:
            raise ValueError(f"{text} is not an S3 URI of the form s3://bucket/key.")
        return cls(bucket, key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def below(self, *parts: str) -> "S3Uri":
        """Return the place *parts* further down."""
        return S3Uri(self.bucket, "/".join([*filter(None, [self.key.rstrip("/")]), *parts]))


def keys(s3: "S3Client", prefix: S3Uri) -> Iterator[str]:
    """List the keys of the objects below *prefix*; markers of empty folders are no objects."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key)
    for page in pages:
        yield from (o["Key"] for o in page.get("Contents", []) if not o["Key"].endswith("/"))


def has_objects(s3: "S3Client", prefix: S3Uri) -> bool:
    """Whether there is anything below *prefix*, as far as the caller may see."""
    try:
        return next(keys(s3, prefix), None) is not None
    except ClientError:
        return False


def download_prefix(s3: "S3Client", prefix: S3Uri, folder: Path) -> int:
    """Copy every object below *prefix* into *folder*, keeping folders; how many there were."""
    count = 0
    for count, key in enumerate(keys(s3, prefix), 1):  # noqa: B007 - the last one is the result
        target = folder / relative_path(prefix.key, key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            download(s3, S3Uri(prefix.bucket, key), target)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise FileAndFolderError(key) from error
    return count


def relative_path(prefix: str, key: str) -> PurePosixPath:
    """Return where the object *key* belongs below the folder that stands for *prefix*.

    `data/train` stands for the folder of that name, or for the one object, or else, like
    `data/part-`, for whatever begins so.
    """
    folder = prefix if prefix.endswith("/") else f"{prefix}/"
    parent = prefix[: prefix.rfind("/") + 1]
    rest = key.removeprefix(folder) if key.startswith(folder) else key.removeprefix(parent)
    path = PurePosixPath(rest.lstrip("/"))
    if ".." in path.parts:
        raise UnsafeKeyError(f"the key {key} leaves the folder of its channel")
    return path


def download(s3: "S3Client", uri: S3Uri, file: Path) -> None:
    """Copy one object to *file*."""
    body = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"]
    with file.open("wb") as target:
        copyfileobj(body, target, 1024 * 1024)


def upload(s3: "S3Client", file: Path, uri: S3Uri) -> None:
    """Copy *file* to one object."""
    with file.open("rb") as source:
        s3.put_object(Bucket=uri.bucket, Key=uri.key, Body=source)
