"""Uploading a data set: what lies in a local folder, mirrored, and then the marker."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trainwright.logic.planning.location import MARKERS, ROOT, SETTINGS
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError

SUCCESS = MARKERS[0]
ONLY_CHANNEL = "train"
_BATCH = 1000  # as many as DeleteObjects takes


@dataclass(frozen=True)
class DataSet:
    """The files of a local folder with a folder for each channel, by their path in it."""

    folder: Path
    files: dict[str, Path]

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(path.stat().st_size for path in self.files.values())

    @property
    def channels(self) -> list[str]:
        """Names of the channels."""
        return sorted({name.partition("/")[0] for name in self.files})


@dataclass(frozen=True)
class Marker:
    """The object that started the run."""

    key: str
    version: str


def read_data_set(folder: Path) -> DataSet:
    """Find the files of each channel; a folder that has only files is the channel `train`.

    A folder with `run.yaml` alone has no data, which is what an algorithm that only serves takes.
    """
    if not folder.is_dir():
        raise CliError(f"{folder} is no folder: name one that has a folder for each channel")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [path.relative_to(folder) for path in paths]
    files = {
        name.as_posix(): path
        for name, path in zip(names, paths, strict=True)
        if not any(part.startswith((".", "_")) for part in name.parts) and name != Path(SETTINGS)
    }
    loose = [name for name in files if "/" not in name]
    if not files and not (folder / SETTINGS).is_file():
        raise CliError(
            f"{folder} is empty: put the files of the channel 'train' into it, or a {SETTINGS} "
            "alone for an algorithm that only serves"
        )
    if loose and len(loose) < len(files):
        raise CliError(f"{folder / loose[0]} is outside the channels' folders: move it into one")
    if loose:
        files = {f"{ONLY_CHANNEL}/{name}": path for name, path in files.items()}
    return DataSet(folder, files)


def upload(
    cloud: Cloud,
    data_set: DataSet,
    prefix: str,
    settings: str | None,
    *,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Marker:
    """Make the objects below *prefix* those of *data_set*, then put the marker that starts a run.

    What an earlier upload left there is removed, or the run would train on it too.
    """
    bucket = cloud.stack.bucket
    stale = set(_existing(cloud, bucket, prefix)) - {prefix + name for name in data_set.files}
    _remove(cloud, bucket, sorted(stale))
    for name, path in data_set.files.items():
        cloud.s3.upload_file(str(path), bucket, prefix + name, Callback=on_bytes)
    key = prefix + (SUCCESS if settings is None else SETTINGS)
    put = cloud.s3.put_object(Bucket=bucket, Key=key, Body=(settings or "").encode())
    return Marker(key, put["VersionId"])


def prefix_of(algorithm: str, model: str) -> str:
    """Give the prefix that holds the channels of *model*."""
    return f"{ROOT}/{algorithm}/{model}/"


def _existing(cloud: Cloud, bucket: str, prefix: str) -> Iterable[str]:
    pages = cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (item["Key"] for page in pages for item in page.get("Contents", []))


def _remove(cloud: Cloud, bucket: str, keys: list[str]) -> None:
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        cloud.s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
        )
