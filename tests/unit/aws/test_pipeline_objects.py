"""Objects by their URIs, and models that are packed again with other code, against moto."""

import gzip
import io
import random
import tarfile
import time
from collections.abc import Mapping

import boto3
import pytest

from trainwright.aws.pipelines import repacking
from trainwright.aws.pipelines.kept import S3Pipelines
from trainwright.aws.pipelines.objects import S3Objects
from trainwright.errors import InvalidRequestError
from trainwright.models.pipelines.stored import Listed


@pytest.fixture
def objects() -> S3Objects:
    """Objects in an empty bucket `shop`."""
    boto3.client("s3").create_bucket(
        Bucket="shop", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return S3Objects()


def an_archive(files: Mapping[str, bytes]) -> bytes:
    """Pack *files* as a tar.gz."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"{", "the whole: Invalid JSON"), (b'{"files": []}', "name: Field required")],
)
def test_a_bundle_that_is_none_is_refused_with_what_is_wrong(
    objects: S3Objects, body: bytes, reason: str
) -> None:
    objects.write("s3://shop/pipelines/churn/pipeline.json", body, "application/json")

    with pytest.raises(InvalidRequestError, match=f"churn/pipeline.json is not what .*: {reason}"):
        S3Pipelines("shop", objects).bundle("churn")


def test_objects_are_listed_with_their_paths_below_the_place(objects: S3Objects) -> None:
    for name in ("in/a.csv", "in/b/c.csv", "other.csv"):
        objects.write(f"s3://shop/{name}", name.encode(), "text/csv")

    found = objects.listing("s3://shop/in/")

    assert [(it.uri, it.relative) for it in found] == [
        ("s3://shop/in/a.csv", "a.csv"),
        ("s3://shop/in/b/c.csv", "b/c.csv"),
    ]
    assert all(it.etag and '"' not in it.etag for it in found)
    (alone,) = objects.listing("s3://shop/in/a.csv")
    assert alone == Listed("s3://shop/in/a.csv", "", found[0].etag)


def test_more_objects_than_one_page_has_are_listed(objects: S3Objects) -> None:
    for number in range(1003):
        objects.write(f"s3://shop/many/{number}", b"", "text/plain")

    assert len(objects.listing("s3://shop/many/")) == 1003


def test_an_object_is_read_or_is_none(objects: S3Objects) -> None:
    objects.write("s3://shop/a", b"1", "text/plain")

    assert objects.read("s3://shop/a") == b"1"
    assert objects.read("s3://shop/b") is None


def test_a_repacked_model_has_the_new_code_alone(objects: S3Objects) -> None:
    model = {"model.bin": b"weights", "./code/old.py": b"old", "codebook.txt": b"kept"}
    code = {"serve.py": b"new", "./lib/a.py": b"a"}
    objects.write("s3://shop/model", an_archive(model), "application/gzip")
    objects.write("s3://shop/code", an_archive(code), "application/gzip")

    objects.repack("s3://shop/model", "s3://shop/code", "s3://shop/out")

    assert unpacked(objects, "s3://shop/out") == {
        "model.bin": b"weights",
        "codebook.txt": b"kept",
        "code/serve.py": b"new",
        "code/lib/a.py": b"a",
    }


def test_the_same_model_and_code_give_the_same_archive_at_any_time(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.write("s3://shop/model", an_archive({"w": b"1"}), "application/gzip")
    objects.write("s3://shop/code", an_archive({"serve.py": b"new"}), "application/gzip")

    objects.repack("s3://shop/model", "s3://shop/code", "s3://shop/first")
    monkeypatch.setattr(time, "time", lambda: 2e9)
    objects.repack("s3://shop/model", "s3://shop/code", "s3://shop/second")

    assert objects.read("s3://shop/first") == objects.read("s3://shop/second")


def test_a_model_is_repacked_once(objects: S3Objects) -> None:
    objects.write("s3://shop/out", b"there", "application/gzip")

    objects.repack("s3://shop/nothing", "s3://shop/nothing", "s3://shop/out")

    assert objects.read("s3://shop/out") == b"there"


def test_a_large_model_passes_through_in_parts(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    send = repacking._Upload._send

    def sent(upload: repacking._Upload) -> None:
        held.append(upload._buffer.tell())
        send(upload)

    monkeypatch.setattr(repacking, "_PART_BYTES", 5 * 1024 * 1024)
    monkeypatch.setattr(repacking._Upload, "_send", sent)
    weights = random.Random(0).randbytes(17_000_000)
    objects.write("s3://shop/model", an_archive({"w": weights}), "application/gzip")
    objects.write("s3://shop/code", an_archive({"serve.py": b"new"}), "application/gzip")

    objects.repack("s3://shop/model", "s3://shop/code", "s3://shop/out")

    assert len(held) == 4
    assert max(held) < 6 * 1024 * 1024
    assert unpacked(objects, "s3://shop/out") == {"w": weights, "code/serve.py": b"new"}


def test_nothing_is_left_of_a_model_that_cannot_be_repacked(objects: S3Objects) -> None:
    objects.write("s3://shop/model", an_archive({"w": b"1"})[:-30], "application/gzip")
    objects.write("s3://shop/code", gzip.compress(b"no archive"), "application/gzip")

    with pytest.raises((tarfile.TarError, EOFError)):
        objects.repack("s3://shop/model", "s3://shop/code", "s3://shop/out")

    assert objects.read("s3://shop/out") is None
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket="shop")


def unpacked(objects: S3Objects, uri: str) -> dict[str, bytes]:
    """Read an archive back."""
    body = objects.read(uri)
    assert body is not None
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        return {
            it.name: found.read()
            for it in archive.getmembers()
            if (found := archive.extractfile(it)) is not None
        }
