"""`runs`: the records of the runs table, as a table and as JSON."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.unit.cli.conftest import Run

NOW = datetime.now(UTC)


def record(run: str, *, age_days: float = 0, status: str = "Running", **events: Any) -> None:
    """Put a record into the runs table, as the journal writes it."""
    started = NOW - timedelta(days=age_days)
    plain = {
        "run": run,
        "model": run.rpartition("-")[0],
        "algorithm": "boosting",
        "status": status,
        "started": started.isoformat(),
        "updated": (started + timedelta(seconds=90)).isoformat(),
        "month": f"{started:%Y-%m}",
    }
    told = {
        name.replace("_", " "): json.dumps({"time": started.isoformat(), "data": data})
        for name, data in events.items()
    }
    item: Any = {key: {"S": value} for key, value in (plain | told).items()}
    boto3.client("dynamodb").put_item(TableName="runs", Item=item)


TRAINED = {"metrics": {"loss": 0.25, "accuracy": 0.5}}
JUDGED = {"gate": {"metric": "accuracy", "minimum": 0.9, "maximum": None}}
FAILED = {"error": "GateNotMetError", "reason": "accuracy is 0.5, which misses 0.9 <= accuracy"}


@pytest.mark.usefixtures("stack")
def test_no_runs_are_no_error(run: Run) -> None:
    ended = run("runs")

    assert (ended.code, ended.out) == (0, "")
    assert "No runs yet" in ended.err
    assert run("runs", "--json").json == []


@pytest.mark.usefixtures("stack")
def test_a_run_is_one_row_with_the_metric_that_was_judged(run: Run) -> None:
    record(
        "churn-0123456789ab",
        status="Failed",
        Run_Started=JUDGED,
        Run_Failed=FAILED | TRAINED,
    )

    head, row = run("runs").out.splitlines()

    assert head.split() == ["run", "status", "started", "took", "metric", "reason"]
    assert "churn-0123456789ab  Failed" in row
    assert "1 m 30 s  accuracy 0.5  GateNotMetError: accuracy is 0.5" in row


@pytest.mark.usefixtures("stack")
def test_the_rows_as_json(run: Run) -> None:
    record(
        "churn-0123456789ab",
        status="Failed",
        Run_Started=JUDGED,
        Run_Failed=FAILED | TRAINED,
    )

    [row] = run("runs", "--json").json

    assert datetime.fromisoformat(row.pop("started")) == NOW
    assert row == {
        "run": "churn-0123456789ab",
        "model": "churn",
        "algorithm": "boosting",
        "status": "Failed",
        "seconds": 90.0,
        "metrics": TRAINED["metrics"],
        "gate": JUDGED["gate"],
        "error": "GateNotMetError",
        "reason": FAILED["reason"],
    }


@pytest.mark.usefixtures("stack")
def test_a_refusal_is_told_with_its_problems(run: Run) -> None:
    problems = [{"field": "a", "message": "is odd"}, {"field": "b", "message": "too"}]
    record("churn-0123456789ab", status="Refused", Run_Refused={"problems": problems})

    [row] = run("runs", "--json").json

    assert row["reason"] == "a: is odd; b: too"


@pytest.mark.usefixtures("stack")
def test_the_newest_come_first_across_months(run: Run) -> None:
    for age in (0, 40, 1, 100):
        record(f"churn-{age:012x}", age_days=age)

    rows = run("runs", "--json").json

    assert [int(row["run"][-12:], 16) for row in rows] == [0, 1, 40, 100]


@pytest.mark.usefixtures("stack")
def test_a_limit_and_a_model_choose(run: Run) -> None:
    for number in range(3):
        record(f"churn-{number:012x}", age_days=number)
        record(f"fraud-{number:012x}", age_days=number)

    rows = run("runs", "--model", "fraud", "--limit", "2", "--json").json

    assert [row["run"] for row in rows] == ["fraud-000000000000", "fraud-000000000001"]


def test_a_limit_of_none_is_wrong_usage(run: Run) -> None:
    assert run("runs", "--limit", "0").code == 2
