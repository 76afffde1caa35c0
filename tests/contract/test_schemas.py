"""What others rely on: the schemas are the models', and the samples are events as they are."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from tools import event_samples, make_examples, make_schemas
from trainwright.models import algorithm_events, events
from trainwright.models.pipelines import events as pipeline_events
from trainwright.models.request import RunRequest

ROOT = make_schemas.ROOT
FOLDERS = sorted(path.parent for path in (ROOT / "events").glob("*/schema.json"))
PUBLISHED = {
    make_schemas.folder_of(data.detail_type): data
    for data in (*events.PUBLISHED, *algorithm_events.PUBLISHED, *pipeline_events.PUBLISHED)
}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(make_schemas.files()))
def test_a_committed_file_is_what_the_models_say(path: str) -> None:
    expected = make_schemas.text_of(make_schemas.files()[path])

    assert (ROOT / path).read_text(encoding="utf-8") == expected, (
        "run `.venv/bin/python -m tools.make_schemas`"
    )


def test_every_event_has_a_schema_and_a_sample_and_nothing_else_lies_there() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "events").rglob("*.json")}

    assert found == {path for path in make_schemas.files() if path.startswith("events/")}
    assert {folder.name for folder in FOLDERS} == PUBLISHED.keys() | make_schemas.HEARD.keys()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_fits_its_schema(folder: Path) -> None:
    schema = read(folder / "schema.json")

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(read(folder / "sample.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_another_event_does_not_fit_the_schema(folder: Path) -> None:
    validator = Draft202012Validator(read(folder / "schema.json"))
    others = [read(other / "sample.json") for other in FOLDERS if other != folder]

    assert [other["detail-type"] for other in others if validator.is_valid(other)] == []


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_sample_of_ours_is_told_by_its_model(name: str) -> None:
    data = read(ROOT / f"events/{name}/sample.json")["detail"]["data"]

    told = TypeAdapter(PUBLISHED[name]).validate_python(data)

    assert told.model_dump(mode="json") == data


@pytest.mark.parametrize("name", sorted(make_schemas.HEARD))
def test_a_sample_of_others_is_read_by_its_model(name: str) -> None:
    sample = read(ROOT / f"events/{name}/sample.json")

    make_schemas.HEARD[name].model_validate(sample)


def test_the_sample_of_a_request_is_one() -> None:
    detail = read(ROOT / "events/run-requested/sample.json")["detail"]

    assert RunRequest.model_validate(detail).model == event_samples.RUN.model


def test_a_field_that_no_event_has_does_not_fit() -> None:
    validator = Draft202012Validator(read(ROOT / "events/run-failed/schema.json"))
    sample = read(ROOT / "events/run-failed/sample.json")
    sample["detail"]["data"]["colour"] = "red"

    assert not validator.is_valid(sample)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/run.yaml")), ids=str)
def test_a_run_yaml_of_the_examples_fits_the_schema_for_editors(path: Path) -> None:
    Draft202012Validator(read(ROOT / "docs/run.schema.json")).validate(
        yaml.safe_load(path.read_text())
    )


def test_the_examples_are_what_their_tool_writes(tmp_path: Path) -> None:
    make_examples.write(tmp_path)

    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    root = make_examples.ROOT
    assert written == {path.relative_to(root): path.read_bytes() for path in root.rglob("*.csv")}


@pytest.mark.parametrize("example", ["breast_cancer", "diabetes"])
def test_no_unseen_row_is_trained_on(example: str) -> None:
    lines = {
        part: set((make_examples.ROOT / example / part / "data.csv").read_text().splitlines()[1:])
        for part in ("train", "unseen")
    }

    assert lines["train"] & lines["unseen"] == set()
    assert 0.24 < len(lines["unseen"]) / len(lines["train"]) < 0.26
