"""Data of S3 on its way to the disks of a job's instances."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError, worded
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import (
    FileAndFolderError,
    S3Uri,
    UnsafeKeyError,
    download,
    keys,
    relative_path,
)
from trainwright_local.sagemaker.store import Json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

type Placed = tuple[S3Uri, PurePosixPath]
"""An object, and where it belongs below its folder."""


@dataclass(frozen=True)
class Source:
    """What of S3 belongs in a folder."""

    uri: S3Uri
    """A prefix; or the object that lists the objects."""
    is_manifest: bool = False
    is_sharded: bool = False
    """Whether each instance gets its share only."""
    seed: int | None = None
    """Shuffles the objects before they are shared out; None keeps them in order."""


@dataclass(frozen=True)
class Share:
    """Whose disk is filled: that of instance *index* of *count*."""

    index: int = 0
    count: int = 1


WHOLE = Share()


def source_of(members: Json) -> Source:
    """Read what S3DataSource and ProcessingS3Input have in common."""
    return Source(
        S3Uri.parse(members["S3Uri"]),
        is_manifest=members["S3DataType"] == "ManifestFile",
        is_sharded=members.get("S3DataDistributionType") == "ShardedByS3Key",
    )


def listed(source: Source, role: Role) -> list[Placed]:
    """List the objects of *source*; raises ClientError if there are none, or they are hidden."""
    with _worded(source.uri):
        placed = list(
            _manifest(source, role.s3) if source.is_manifest else _prefix(source, role.s3)
        )
    if not placed:
        raise ClientError(f"S3 key: {source.uri} matched no files on s3")
    if source.seed is not None:
        Random(source.seed).shuffle(placed)  # noqa: S311 - to be repeatable
    return placed


def fetch(source: Source, role: Role, folder: Path, share: Share = WHOLE) -> None:
    """Put the objects of *source* into *folder*; raises ClientError if any cannot be had."""
    placed = listed(source, role)
    with _worded(source.uri):
        folder.mkdir(parents=True, exist_ok=True)
        for uri, path in placed[share.index :: share.count] if source.is_sharded else placed:
            _put(role.s3, uri, folder / path)


def _prefix(source: Source, s3: "S3Client") -> Iterator[Placed]:
    for key in keys(s3, source.uri):
        yield S3Uri(source.uri.bucket, key), relative_path(source.uri.key, key)


def _manifest(source: Source, s3: "S3Client") -> Iterator[Placed]:
    """Read a list of a prefix and of names below it.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """
    body = s3.get_object(Bucket=source.uri.bucket, Key=source.uri.key)["Body"].read()
    try:
        first, *names = json.loads(body)
        prefix = S3Uri.parse(first["prefix"])
    except (ValueError, TypeError, KeyError) as error:
        raise _bad_manifest(source) from error
    for name in names:
        if not isinstance(name, str):
            raise _bad_manifest(source)
        yield S3Uri(prefix.bucket, f"{prefix.key}{name}"), relative_path("", name)


def _bad_manifest(source: Source) -> ClientError:
    return ClientError(
        f"The manifest {source.uri} is not valid: it has to be a list in JSON of "
        '{"prefix": "s3://..."} and of the names of objects below that prefix.'
    )


def _put(s3: "S3Client", uri: S3Uri, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        download(s3, uri, file)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise FileAndFolderError(uri.key) from error


@contextmanager
def _worded(uri: S3Uri) -> Iterator[None]:
    """Turn whatever keeps data away from a job into its reason to fail, in AWS's words."""
    try:
        yield
    except AwsError as error:
        raise ClientError(f"Data download failed:{worded(error)}: {uri}") from error
    except FileAndFolderError as error:
        raise ClientError(
            "Failed to download data. Please check your s3 objects and ensure that there is no "
            f"object that is both a folder as well as a file. ({error} below {uri})"
        ) from error
    except (BotoCoreError, UnsafeKeyError, OSError) as error:
        raise ClientError(f"Data download failed:{error}: {uri}") from error
