"""Checkpoints: S3 follows the folder, and never has half a file."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError as AwsError

from trainwright_local.sagemaker.jobs.failures import ClientError
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.training.checkpoints import Checkpoints, local_folder


class MemoryS3:
    """The calls that checkpoints need, on a dictionary."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = {f"runs/{name}": body for name, body in objects.items()}
        self.refuses = False

    def get_paginator(self, _operation: str) -> "MemoryS3":
        return self

    def paginate(self, *, Prefix: str, **_place: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        yield {"Contents": [{"Key": key} for key in self.objects if key.startswith(Prefix)]}

    def get_object(self, *, Key: str, **_place: str) -> dict[str, Any]:  # noqa: N803
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, *, Key: str, Body: Any, **_place: str) -> None:  # noqa: N803
        if self.refuses:
            denied: Any = {"Error": {"Code": "AccessDenied", "Message": "no"}}
            raise AwsError(denied, "PutObject")
        self.objects[Key] = Body.read()

    def delete_object(self, *, Key: str, **_place: str) -> None:  # noqa: N803
        del self.objects[Key]


def checkpoints(s3: MemoryS3, folder: Path) -> Checkpoints:
    role = cast("Any", SimpleNamespace(s3=s3))
    uri = S3Uri("data", "runs")
    return Checkpoints(role, uri, folder / "checkpoints", folder / "scratch")


def test_what_is_in_s3_is_there_when_the_job_starts(tmp_path: Path) -> None:
    s3 = MemoryS3(**{"epoch-1/weights": b"1"})

    checkpoints(s3, tmp_path).restore()

    assert (tmp_path / "checkpoints" / "epoch-1" / "weights").read_bytes() == b"1"


def test_a_file_is_sent_when_nobody_writes_it_any_more(tmp_path: Path) -> None:
    s3 = MemoryS3()
    kept = checkpoints(s3, tmp_path)
    kept.restore()
    file = tmp_path / "checkpoints" / "weights"

    file.write_bytes(b"half")
    kept.follow()
    file.write_bytes(b"whole of it")
    kept.follow()
    assert s3.objects == {}

    kept.follow()
    assert s3.objects == {"runs/weights": b"whole of it"}


def test_changed_and_deleted_files_follow_and_others_stay(tmp_path: Path) -> None:
    s3 = MemoryS3(old=b"old", same=b"same")
    kept = checkpoints(s3, tmp_path)
    kept.restore()
    s3.objects["runs/other"] = b"of another instance"

    (tmp_path / "checkpoints" / "old").unlink()
    (tmp_path / "checkpoints" / "same").write_bytes(b"changed")
    kept.follow(at_rest=True)

    assert s3.objects == {"runs/same": b"changed", "runs/other": b"of another instance"}


def test_a_file_that_changes_while_it_is_copied_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = MemoryS3()
    kept = checkpoints(s3, tmp_path)
    kept.restore()
    file = tmp_path / "checkpoints" / "weights"
    file.write_bytes(b"first")
    copy = Path.write_bytes

    def copy_and_write(source: Path, target: Path) -> None:
        copy(target, source.read_bytes())
        file.write_bytes(b"second, longer")

    monkeypatch.setattr("shutil.copyfile", copy_and_write)
    kept.follow()
    kept.follow()
    assert file.read_bytes() == b"second, longer"
    assert s3.objects == {}

    monkeypatch.undo()
    kept.close()
    assert s3.objects == {"runs/weights": b"second, longer"}


def test_what_s3_refuses_ends_the_job_in_words(tmp_path: Path) -> None:
    s3 = MemoryS3()
    kept = checkpoints(s3, tmp_path)
    kept.restore()
    (tmp_path / "checkpoints" / "weights").write_bytes(b"1")
    s3.refuses = True

    with pytest.raises(ClientError, match=r"Checkpoint upload failed:AccessDenied .*s3://data/run"):
        kept.close()


@pytest.mark.parametrize(
    ("path", "folder"),
    [("/opt/ml/checkpoints", "checkpoints"), ("/opt/ml/own/deep/", "own/deep")],
)
def test_checkpoints_have_a_folder_of_their_own(path: str, folder: str) -> None:
    assert str(local_folder(path)) == folder


@pytest.mark.parametrize(
    "path", ["/opt/ml", "/opt/ml/model/c", "/opt/ml/c/../input", "/tmp/c", "relative"]
)
def test_checkpoints_have_no_other_folder(path: str) -> None:
    with pytest.raises(ValueError, match=re.escape(path)):
        local_folder(path)
