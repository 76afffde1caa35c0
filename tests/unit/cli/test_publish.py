"""`publish`: the package goes up, and what the stack says of it comes down."""

import itertools
import json
import re
import time
from pathlib import Path

import boto3
import pytest

from tests.unit.cli.conftest import Run
from trainwright.logic.packaging import pack
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


def in_force(folder: Path, name: str) -> str:
    """Make the stack say that what lies in *folder* now is registered; give the version."""
    package = pack(folder / name)
    prefix = f"algorithms/{name}/{package.version}/"
    boto3.client("s3").put_object(Bucket="data", Key=f"{prefix}package.tar.gz", Body=package.body)
    boto3.client("ssm").put_parameter(
        Name=f"/trainwright/algorithms/{name}/manifest",
        Value=f"s3://data/{prefix}algorithm.json",
        Type="String",
    )
    return package.version


@pytest.mark.usefixtures("folder", "problems")
def test_all_algorithms_of_the_checkout_are_published(run: Run) -> None:
    ended = run("publish")

    assert ended.code == 0
    done = [line.split()[1] for line in ended.err.splitlines() if line.startswith("✓")]
    assert sorted(done) == ["boosting", "forest"]


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
def test_a_container_is_published_by_its_name_too(run: Run, folder: Path) -> None:
    container = folder.with_name("containers") / "faces"
    container.mkdir(parents=True)
    (container / "algorithm.yaml").write_text("name: faces\n")

    assert "faces is registered" in run("publish", "faces").err


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
    assert (without.code, other.code) == (0, 1)
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


@pytest.mark.usefixtures("problems")
def test_what_is_registered_already_is_not_sent(run: Run, folder: Path, bucket: str) -> None:
    version = in_force(folder, "forest")
    before = boto3.client("s3").list_object_versions(Bucket=bucket)["Versions"]

    ended = run("publish", "forest")

    assert ended.code == 0
    assert ended.err == f"forest is registered as version {version} already.\n"
    assert boto3.client("s3").list_object_versions(Bucket=bucket)["Versions"] == before
    [told] = run("publish", "forest", "--json").json
    assert (told["status"], told["version"], told["registered"]) == ("unchanged", version, version)


@pytest.mark.usefixtures("problems")
def test_what_is_registered_already_can_be_sent_again(run: Run, folder: Path, bucket: str) -> None:
    in_force(folder, "forest")

    assert "✓ forest is registered" in run("publish", "forest", "--again").err


@pytest.mark.usefixtures("problems")
def test_what_is_different_is_shown_before_it_is_sent(run: Run, folder: Path, bucket: str) -> None:
    manifest = folder / "forest/algorithm.yaml"
    manifest.write_text("name: forest\ntrain: {channels: [a, b], rate: 1}\n")
    (folder / "forest/old.py").write_text("x" * 1234)
    (folder / "forest/train.py").write_text("1\n")
    before = in_force(folder, "forest")
    manifest.write_text("name: forest\ntrain: {channels: [a], rate: 1, seed: 7}\n")
    (folder / "forest/old.py").unlink()
    (folder / "forest/train.py").write_text("12\n")
    (folder / "forest/new.py").touch()

    lines = run("publish", "forest").err.splitlines()

    assert lines[0].startswith(f"forest: {before} -> ")
    assert lines[1:-1] == [
        "  ~ train.channels  ['a', 'b'] -> ['a']",
        "  + train.seed  7",
        "  ~ algorithm.yaml  48 B -> 54 B",
        "  + new.py  0 B",
        "  - old.py  1.2 kB",
        "  ~ train.py  2 B -> 3 B",
    ]
    assert lines[-1].startswith("✓ forest")


@pytest.mark.usefixtures("folder", "problems")
def test_a_dry_run_shows_and_sends_nothing(run: Run, bucket: str) -> None:
    ended = run("publish", "--dry-run")

    assert ended.code == 0
    assert re.search(r"^boosting: new, [0-9a-f]{12}, 1 file of 15 B$", ended.err, re.MULTILINE)
    assert "KeyCount" in (found := boto3.client("s3").list_objects_v2(Bucket=bucket))
    assert found["KeyCount"] == 0
    [told] = run("publish", "forest", "--dry-run", "--json").json
    assert (told["status"], told["registered"]) == ("new", None)
    assert told["changes"]["files"] == [{"what": "algorithm.yaml", "before": None, "after": 13}]


@pytest.mark.usefixtures("folder", "bucket")
def test_one_that_is_not_answered_keeps_no_other_from_being_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3, clock = boto3.client("s3"), itertools.count(step=1)

    def register_one(_seconds: float) -> None:
        for item in s3.list_objects_v2(Bucket="data", Prefix="algorithms/forest")["Contents"]:
            _root, name, version, _file = item["Key"].split("/")
            answer = Registration(name=name, version=version).model_dump_json().encode()
            key = f"algorithms/{name}/{version}/registration.json"
            s3.put_object(Bucket="data", Key=key, Body=answer)

    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(time, "sleep", register_one)

    ended = run("publish")

    assert ended.code == 1
    assert "✓ forest" in ended.err
    assert "boosting was uploaded, but not registered" in ended.err
