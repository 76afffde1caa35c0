"""Evaluation reports: what is read of them, and what a gate says of their numbers."""

import json
from typing import Any

import pytest

from tests.unit.pipelines.memory import MemoryStore
from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.running.reports import complaint_about, numbers_in, read_report
from trainwright.models.gate import Gate

PLACE = "s3://shop/evaluation/model_evaluation_metrics.json"


def test_a_report_is_a_json_object() -> None:
    store = MemoryStore()
    store.objects[PLACE] = b'{"auc": 0.9}'

    assert read_report(PLACE, store) == {"auc": 0.9}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, f"there is no evaluation report at {PLACE}"),
        (b"auc=0.9", f"the evaluation report {PLACE} is no JSON: Expecting value: line 1 column 1"),
        (b'"\xff"', f"the evaluation report {PLACE} is no JSON: 'utf-8' codec can't decode"),
        (b"[" * 100_000, f"the evaluation report {PLACE} is no JSON: "),
        (b"[0.9]", f"the evaluation report {PLACE} is no JSON object"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(body: bytes | None, expected: str) -> None:
    store = MemoryStore()
    store.objects |= {PLACE: body} if body is not None else {}

    with pytest.raises(InvalidRequestError) as raised:
        read_report(PLACE, store)

    assert str(raised.value).startswith(expected)


def test_every_number_is_known_by_its_path() -> None:
    report = {
        "evaluation": {"auc": {"value": "0.91", "standard_deviation": "NaN"}, "rows": 30},
        "accuracy": 0.9,
        "passed": True,
        "best": None,
        "name": "churn",
        "curve": [0.1, 0.2],
        "huge": 10**400,
        "endless": json.loads("1e999"),
    }

    assert numbers_in(report) == {
        "evaluation.auc.value": 0.91,
        "evaluation.rows": 30.0,
        "accuracy": 0.9,
    }


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("accuracy", ""),
        ("test.auc", ""),
        ("auc", "'auc' is in the report more than once: train.auc, test.auc"),
        ("loss", "loss is 0.8, above 0.5"),
        ("rows", "rows is 3, above 0.5"),
        ("tiny", "tiny is 1e-09, below 0.1"),
    ],
)
def test_a_gate_names_a_number_by_its_path_or_the_end_of_it(metric: str, expected: str) -> None:
    report = {
        "accuracy": 0.4,
        "train": {"accuracy": 0.99, "auc": 0.3},
        "test": {"auc": 0.2},
        "loss": 0.8,
        "rows": 3,
        "tiny": 1e-9,
    }

    assert complaint_about(Gate(metric=metric, minimum=0.1, maximum=0.5), report) == expected


@pytest.mark.parametrize(
    ("report", "known"),
    [({"auc": "good"}, "no numbers"), ({"b": {"c": 1}, "a": 2}, "b.c, a")],
)
def test_a_gate_without_its_number_is_told_which_there_are(
    report: dict[str, Any], known: str
) -> None:
    found = complaint_about(Gate(metric="auc", minimum=0.1), report)

    assert found == f"'auc' is not in the report, which has {known}"
