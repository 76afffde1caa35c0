"""Keys of S3 as files: whatever a key holds, it stays in its folder."""

import pytest

from trainwright_local.sagemaker.storage import (
    S3Uri,
    UnsafeKeyError,
    relative_path,
)


@pytest.mark.parametrize(
    ("prefix", "key", "path"),
    [
        ("data/train/", "data/train/a.csv", "a.csv"),
        ("data/train/", "data/train/2026/a b+c%2Fd.csv", "2026/a b+c%2Fd.csv"),
        ("data/train", "data/train/a.csv", "a.csv"),
        ("data/train.csv", "data/train.csv", "train.csv"),
        ("data/part-", "data/part-00.csv", "part-00.csv"),
        ("data/train", "data/train2/a.csv", "train2/a.csv"),
        ("", "a.csv", "a.csv"),
        ("", "data/a.csv", "data/a.csv"),
        ("data", "data//a.csv", "a.csv"),
    ],
)
def test_a_key_becomes_a_path_below_its_prefix(prefix: str, key: str, path: str) -> None:
    assert str(relative_path(prefix, key)) == path


@pytest.mark.parametrize("key", ["train/../../etc/passwd", "train/a/../../../b", "train/.."])
def test_a_key_that_leaves_its_folder_is_refused(key: str) -> None:
    with pytest.raises(UnsafeKeyError):
        relative_path("train/", key)


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("s3://data/a%20b c+d/é", S3Uri("data", "a%20b c+d/é")),
        ("s3://data/a?b#c", S3Uri("data", "a?b#c")),
        ("s3://data", S3Uri("data", "")),
    ],
)
def test_nothing_in_a_key_is_an_escape(text: str, uri: S3Uri) -> None:
    assert S3Uri.parse(text) == uri


@pytest.mark.parametrize("text", ["data/train", "https://data/train", "s3:///train", ""])
def test_what_is_no_s3_uri_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an S3 URI"):
        S3Uri.parse(text)


def test_a_place_below_has_one_slash_between() -> None:
    assert str(S3Uri("data", "models/").below("churn", "model.tar.gz")) == (
        "s3://data/models/churn/model.tar.gz"
    )
    assert str(S3Uri("data", "").below("churn")) == "s3://data/churn"
