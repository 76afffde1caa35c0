"""`upload`: what goes into the bucket, and which run it starts."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.unit.cli.conftest import Run
from trainwright.models.states import Upload
from trainwright_cli import uploads
from trainwright_cli.errors import CliError

PREFIX = "incoming/boosting/churn/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set with two channels, a marker and a hidden file."""
    for name in ("data/train/a.csv", "data/train/deep/b c.csv", "data/validation/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1,2\n")
    (tmp_path / "data/train/_SUCCESS").touch()
    (tmp_path / "data/.cache").mkdir()
    (tmp_path / "data/.cache/x").touch()
    return tmp_path / "data"


@pytest.fixture
def works(stack: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack's part: while the command waits, a marker that has arrived starts a run."""
    s3, states = boto3.client("s3"), boto3.client("stepfunctions")

    def start(_: float) -> None:
        versions = s3.list_object_versions(Bucket="data", Prefix="incoming/")["Versions"]
        for marker in versions:
            if marker["Key"].endswith(("_SUCCESS", "run.yaml")) and marker["IsLatest"]:
                upload = Upload(bucket="data", key=marker["Key"], version=marker["VersionId"])
                states.start_execution(
                    stateMachineArn=stack["TrainDeployStateMachineArn"],
                    name=f"churn-{len(versions):012x}",
                    input=json.dumps({"upload": upload.model_dump(), "request": None}),
                )

    monkeypatch.setattr(time, "sleep", start)


def keys(bucket: str) -> list[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    return [item["Key"] for item in listed]


def text(bucket: str, key: str) -> str:
    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()


@pytest.mark.usefixtures("works")
def test_the_channels_go_first_and_the_marker_starts_the_run(
    run: Run, bucket: str, folder: Path
) -> None:
    ended = run("upload", "boosting", "churn", str(folder))

    assert ended.code == 0
    assert ended.out == "churn-000000000004\n"
    assert keys(bucket) == [
        PREFIX + "_SUCCESS",
        PREFIX + "train/a.csv",
        PREFIX + "train/deep/b c.csv",
        PREFIX + "validation/c.csv",
    ]


@pytest.mark.usefixtures("works")
def test_the_answer_as_json_names_the_marker(run: Run, folder: Path) -> None:
    told = run("upload", "boosting", "churn", str(folder), "--json").json

    assert told["run"].startswith("churn-")
    assert (told["bucket"], told["key"]) == ("data", PREFIX + "_SUCCESS")
    assert told["version"]


@pytest.mark.usefixtures("works")
def test_settings_are_the_marker(run: Run, bucket: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text("gate: null\nhyperparameters: {rounds: 1, eta: 0.5}\n")
    words = ("upload", "boosting", "churn", str(folder), "--run-yaml", str(tmp_path / "my.yaml"))

    run(*words, "--set", "rounds=7", "--set", "name=a b", "--set", "empty=")

    assert PREFIX + "_SUCCESS" not in keys(bucket)
    assert yaml.safe_load(text(bucket, PREFIX + "run.yaml")) == {
        "gate": None,
        "hyperparameters": {"rounds": 7, "eta": 0.5, "name": "a b", "empty": ""},
    }


@pytest.mark.usefixtures("works")
def test_a_folders_own_run_yaml_is_taken(run: Run, bucket: str, folder: Path) -> None:
    (folder / "run.yaml").write_text("tags: {team: data}\n")

    run("upload", "boosting", "churn", str(folder))

    assert text(bucket, PREFIX + "run.yaml") == "tags: {team: data}\n"


@pytest.mark.usefixtures("works")
def test_what_an_earlier_upload_left_is_gone(run: Run, bucket: str, folder: Path) -> None:
    s3 = boto3.client("s3")
    for name in ("train/old.csv", "run.yaml", "refused.json"):
        s3.put_object(Bucket=bucket, Key=PREFIX + name, Body=b"old")
    s3.put_object(Bucket=bucket, Key="incoming/boosting/churn-2/train/a.csv", Body=b"other")

    run("upload", "boosting", "churn", str(folder))

    assert PREFIX + "train/old.csv" not in keys(bucket)
    assert PREFIX + "run.yaml" not in keys(bucket)
    assert "incoming/boosting/churn-2/train/a.csv" in keys(bucket)


@pytest.mark.usefixtures("works")
def test_the_run_of_this_upload_is_found_among_others(run: Run, folder: Path) -> None:
    first = run("upload", "boosting", "churn", str(folder)).out
    second = run("upload", "boosting", "churn", str(folder)).out

    assert first != second


def test_a_run_that_does_not_start_is_not_waited_for_for_ever(
    run: Run, bucket: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=30)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(time, "sleep", lambda _: None)

    ended = run("upload", "boosting", "churn", str(folder))

    assert ended.code == 1
    assert "has started no run within 60 s" in ended.err


def test_a_folder_of_files_is_the_channel_train(tmp_path: Path) -> None:
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat/a.csv").touch()

    assert list(uploads.read_data_set(tmp_path / "flat").files) == ["train/a.csv"]


def test_a_file_beside_the_channels_is_refused(folder: Path) -> None:
    (folder / "loose.csv").touch()

    with pytest.raises(CliError, match=r"loose\.csv is outside the channels' folders"):
        uploads.read_data_set(folder)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("boosting", "churn", "nowhere"), "nowhere is no folder"),
        (("boosting", "churn", "empty"), "empty is empty"),
        (("boosting", "a/b", "data"), "neither an algorithm's nor a model's name contains '/'"),
        (("boosting", "churn", "data", "--set", "rounds"), "--set takes key=value"),
        (("boosting", "churn", "data", "--run-yaml", "no.yaml"), "cannot read no.yaml"),
        (("boosting", "churn", "data", "--run-yaml", "list.yaml", "--set", "a=1"), "run.yaml"),
    ],
)
@pytest.mark.usefixtures("stack", "folder")
def test_a_mistake_is_a_line_and_starts_nothing(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.yaml").write_text("[1, 2]")

    ended = run("upload", *words)

    assert ended.code == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert keys("data") == []


def test_a_wish_for_what_is_not_an_option_is_wrong_usage(run: Run) -> None:
    ended: Any = run("upload", "boosting", "churn", "--sett", "a=1")

    assert ended.code == 2
