"""Which objects come to which instance, and where."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError
from trainwright_local.sagemaker.jobs.inputs import WHOLE, Share, Source, fetch
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri


class MemoryS3:
    """The objects of one bucket."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def get_paginator(self, _operation: str) -> Any:
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        found = [key for key in sorted(self.objects) if key.startswith(asked["Prefix"])]
        return [{"Contents": [{"Key": key} for key in found]}]

    def get_object(self, **asked: str) -> dict[str, Any]:
        if asked["Key"] not in self.objects:
            answer = {
                "Error": {"Code": "NoSuchKey", "Message": "The specified key does not exist."},
                "ResponseMetadata": {"HTTPStatusCode": 404},
            }
            raise AwsError(answer, "GetObject")  # type: ignore[arg-type]
        return {"Body": io.BytesIO(self.objects[asked["Key"]])}


def fetched(
    folder: Path, objects: dict[str, bytes], uri: str, share: Share = WHOLE, **how: bool
) -> list[str]:
    """Fetch from a bucket with those *objects*; the files there are then."""
    role = Role("role", "eu-west-1", "http://127.0.0.1:9", {})
    object.__setattr__(role, "s3", MemoryS3(objects))
    fetch(Source(S3Uri.parse(uri), **how), role, folder, share)
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


MANY = {f"data/{name}.csv": name.encode() for name in "abcde"}


def test_folders_of_a_prefix_are_kept_and_one_object_is_a_file(tmp_path: Path) -> None:
    objects = {"data/a.csv": b"a", "data/deep/b.csv": b"b", "data/": b""}

    assert fetched(tmp_path / "all", objects, "s3://bucket/data") == ["a.csv", "deep/b.csv"]
    assert fetched(tmp_path / "one", objects, "s3://bucket/data/a.csv") == ["a.csv"]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shares_are_disjoint_even_and_complete(tmp_path: Path, count: int) -> None:
    shares = [
        fetched(tmp_path / str(i), MANY, "s3://bucket/data/", Share(i, count), is_sharded=True)
        for i in range(count)
    ]

    assert sorted(name for share in shares for name in share) == [
        "a.csv",
        "b.csv",
        "c.csv",
        "d.csv",
        "e.csv",
    ]
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_every_instance_gets_all_that_is_not_sharded(tmp_path: Path) -> None:
    assert len(fetched(tmp_path, MANY, "s3://bucket/data/", Share(1, 2))) == 5


def test_a_manifest_names_objects_below_its_prefix(tmp_path: Path) -> None:
    manifest = [{"prefix": "s3://bucket/da"}, "ta/a.csv", "ta/c.csv"]
    objects = {**MANY, "list.json": json.dumps(manifest).encode()}

    files = fetched(tmp_path, objects, "s3://bucket/list.json", is_manifest=True)

    assert files == ["ta/a.csv", "ta/c.csv"]
    assert (tmp_path / "ta" / "c.csv").read_bytes() == b"c"


@pytest.mark.parametrize("text", ["{}", "[]", "no", '["a"]', '[{"prefix": "x"}]'])
def test_a_bad_manifest_is_called_that(tmp_path: Path, text: str) -> None:
    with pytest.raises(ClientError, match=r"The manifest s3://bucket/list.json is not valid"):
        fetched(tmp_path, {"list.json": text.encode()}, "s3://bucket/list.json", is_manifest=True)


def test_a_name_in_a_manifest_that_is_no_text_is_bad_too(tmp_path: Path) -> None:
    text = b'[{"prefix": "s3://bucket/data/"}, 1]'

    with pytest.raises(ClientError, match="is not valid"):
        fetched(tmp_path, {"list.json": text}, "s3://bucket/list.json", is_manifest=True)


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        ({}, "S3 key: s3://bucket/data/ matched no files on s3"),
        ({"data/../../up": b""}, "leaves the folder"),
        ({"data/a": b"", "data/a/b": b""}, "both a folder as well as a file"),
    ],
)
def test_what_no_folder_can_hold_is_the_clients_error(
    tmp_path: Path, objects: dict[str, bytes], reason: str
) -> None:
    with pytest.raises(ClientError, match=reason):
        fetched(tmp_path / "f", objects, "s3://bucket/data/")


def test_a_manifest_of_objects_that_are_gone_says_so(tmp_path: Path) -> None:
    text = b'[{"prefix": "s3://bucket/data/"}, "gone.csv"]'

    with pytest.raises(ClientError, match=r"Data download failed:NoSuchKey \(404\)"):
        fetched(tmp_path, {"list.json": text}, "s3://bucket/list.json", is_manifest=True)
