"""`publish`: the package goes up, and what the stack says of it comes down."""

import itertools
import json
import time
from pathlib import Path

import boto3
import pytest

from tests.unit.cli.conftest import Run
from trainwright.models.algorithm import Registration
from trainwright.models.message import Problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout with two algorithms."""
    for name in ("template.yaml", "pyproject.toml"):
        (tmp_path / name).touch()
    for name in ("boosting", "forest"):
        (tmp_path / "algorithms" / name).mkdir(parents=True)
        (tmp_path / "algorithms" / name / "algorithm.yaml").write_text(f"name: {name}\n")
    return tmp_path / "algorithms"


@pytest.fixture
def problems(bucket: str, monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """What the stack finds wrong: while the command waits, it answers every package."""
    found: list[Problem] = []
    s3 = boto3.client("s3")

    def register(_seconds: float) -> None:
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="algorithms/")["Contents"]:
            _root, name, version, file = item["Key"].split("/")
            if file == "package.tar.gz":
                answer = Registration(name=name, version=version, problems=tuple(found))
                key = f"algorithms/{name}/{version}/registration.json"
                s3.put_object(Bucket=bucket, Key=key, Body=answer.model_dump_json().encode())

    monkeypatch.setattr(time, "sleep", register)
    return found


@pytest.mark.usefixtures("folder", "problems")
def test_all_algorithms_of_the_checkout_are_published(run: Run) -> None:
    ended = run("publish")

    assert ended.code == 0
    lines = ended.err.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("✓")] == ["boosting", "forest"]


@pytest.mark.usefixtures("folder", "problems")
def test_the_answers_as_json(run: Run) -> None:
    [told] = run("publish", "forest", "--json").json

    assert told["name"] == "forest"
    assert len(told["version"]) == 12
    assert told["problems"] == []


@pytest.mark.usefixtures("problems")
def test_a_folder_elsewhere_can_be_published(run: Run, folder: Path) -> None:
    ended = run("publish", str(folder / "forest"))

    assert "forest is registered" in ended.err


@pytest.mark.usefixtures("problems")
def test_a_licence_that_asks_for_it_must_be_accepted_by_name(run: Run, folder: Path) -> None:
    manifest = "name: boosting\nlicence: AGPL-3.0-only\nopt_in: true\n"
    (folder / "boosting" / "algorithm.yaml").write_text(manifest)

    without = run("publish")
    other = run("publish", "boosting", "--accept-licence", "MIT")
    accepted = run("publish", "--accept-licence", "AGPL-3.0-only")

    left_out = "boosting is left out: accept it with --accept-licence AGPL-3.0-only"
    assert left_out in without.err
    assert "forest is registered" in without.err
    assert "boosting is registered" not in without.err
    assert left_out in other.err
    assert "boosting is registered" in accepted.err


@pytest.mark.usefixtures("folder")
def test_every_problem_is_listed(run: Run, problems: list[Problem]) -> None:
    problems += [Problem(field="train", message="is odd"), Problem(field="infer", message="too")]

    ended = run("publish", "boosting")

    assert ended.code == 4
    assert ended.err.endswith("error: boosting was refused:\n  train: is odd\n  infer: too\n")


@pytest.mark.usefixtures("folder")
def test_the_answer_to_an_earlier_upload_does_not_count(run: Run, problems: list[Problem]) -> None:
    problems += [Problem(field="train", message="is odd")]
    assert run("publish", "boosting").code == 4

    problems.clear()

    assert run("publish", "boosting").code == 0


@pytest.mark.usefixtures("folder", "bucket")
def test_a_stack_that_does_not_answer_is_not_waited_for_for_ever(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=50)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(time, "sleep", lambda _: None)

    ended = run("publish", "boosting")

    assert ended.code == 1
    assert "not registered within 120 s" in ended.err


@pytest.mark.usefixtures("folder", "bucket")
def test_an_algorithm_that_is_not_there_is_said_in_a_line(run: Run) -> None:
    ended = run("publish", "bosting")

    assert ended.code == 1
    assert ended.err.startswith("error: no algorithm 'bosting'")
    assert ended.err.count("\n") == 1


@pytest.mark.usefixtures("bucket")
def test_no_algorithm_at_all_is_said_in_a_line(run: Run) -> None:
    ended = run("publish")

    assert ended.code == 1
    assert "name a folder, or run this in the checkout" in ended.err


def test_json_of_a_refusal_is_still_json(run: Run, folder: Path, problems: list[Problem]) -> None:
    problems += [Problem(field="train", message="is odd")]

    ended = run("publish", "boosting", "--json")

    assert ended.code == 4
    assert json.loads(ended.out)[0]["problems"] == [{"field": "train", "message": "is odd"}]
