"""`algorithms versions` and `algorithms rollback`, in a stack whose answers are made here."""

import json
import time
from collections.abc import Sequence

import boto3
import pytest

from tests.unit.cli.conftest import Run
from trainwright.models.algorithm import Registration
from trainwright.models.message import Problem

OLD, NEW, BAD = "0" * 12, "1" * 12, "2" * 12
PARAMETER = "/trainwright/algorithms/forest/manifest"


@pytest.fixture(autouse=True)
def registered(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack where OLD was in force, then NEW; BAD was refused. It registers what is touched."""
    s3 = boto3.client("s3")
    for version in (OLD, NEW):
        answer(version)
        s3.put_object(Bucket=bucket, Key=f"algorithms/forest/{version}/package.tar.gz", Body=b"x")
        put_in_force(version)
    answer(BAD, [Problem(field="train", message="is odd")])
    uploads = {version: uploads_of(version) for version in (OLD, NEW)}

    def register(_seconds: float) -> None:
        for version, count in uploads.items():
            if uploads_of(version) > count:
                put_in_force(version)
                answer(version)

    monkeypatch.setattr(time, "sleep", register)


def answer(version: str, problems: Sequence[Problem] = ()) -> None:
    body = Registration(name="forest", version=version, problems=tuple(problems))
    key = f"algorithms/forest/{version}/registration.json"
    boto3.client("s3").put_object(Bucket="data", Key=key, Body=body.model_dump_json().encode())


def put_in_force(version: str) -> None:
    uri = f"s3://data/algorithms/forest/{version}/algorithm.json"
    boto3.client("ssm").put_parameter(Name=PARAMETER, Value=uri, Type="String", Overwrite=True)


def uploads_of(version: str) -> int:
    key = f"algorithms/forest/{version}/package.tar.gz"
    found = boto3.client("s3").list_object_versions(Bucket="data", Prefix=key)
    return len(found.get("Versions", []))


def in_force() -> str:
    found = boto3.client("ssm").get_parameter(Name=PARAMETER)
    return found["Parameter"]["Value"].split("/")[-2]


def test_versions_are_listed_with_what_became_of_them(run: Run) -> None:
    rows = run("algorithms", "versions", "forest", "--json").json
    table = run("algorithms", "versions", "forest").out

    assert {row["version"]: row["in_force"] for row in rows} == {OLD: False, NEW: True, BAD: False}
    assert [row["problems"] for row in rows if row["version"] == BAD] == [
        [{"field": "train", "message": "is odd"}]
    ]
    assert next(line for line in table.splitlines() if NEW in line).endswith("in force")
    assert "refused: train: is odd" in table


def test_the_version_before_comes_back(run: Run) -> None:
    ended = run("algorithms", "rollback", "forest")

    assert ended.code == 0
    assert ended.err == f"✓ forest is at version {OLD} again.\n"
    assert in_force() == OLD
    assert json.loads(run("algorithms", "rollback", "forest", "--json").out)["version"] == NEW


def test_a_version_is_named_by_its_first_digits(run: Run) -> None:
    assert run("algorithms", "rollback", "forest", "--to", "00").code == 0
    assert in_force() == OLD


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("forest", "--to", BAD), 4, f"version {BAD} of forest was refused:\n  train: is odd"),
        (("forest", "--to", "abc"), 1, "'abc' is no version of 'forest': it has "),
        (("forest", "--to", ""), 1, "'' is no version of 'forest'"),
        (("birch",), 1, "the stack has no version of 'birch'"),
    ],
)
def test_what_cannot_come_back_is_said(
    run: Run, words: tuple[str, ...], code: int, line: str
) -> None:
    ended = run("algorithms", "rollback", *words)

    assert ended.code == code
    assert ended.err.startswith(f"error: {line}")
    assert in_force() == NEW
