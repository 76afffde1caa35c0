"""When an execution begins: counted in sleeps, as time itself is the machine's."""

import time

import pytest
from ministack.services import stepfunctions

from trainwright_local.cloud.repairs import executions

ARN = "arn:aws:states:us-east-1:000000000000:execution:machine:name"


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was slept, which nobody is."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(stepfunctions, "time", time)
    return slept


def run() -> str:
    """Run an execution whose state machine is gone; how it ended."""
    execution = {
        "executionArn": ARN,
        "stateMachineArn": "gone",
        "name": "name",
        "status": "RUNNING",
        "startDate": stepfunctions.now_iso(),
        "input": "{}",
        "events": [],
    }
    stepfunctions._executions[ARN] = execution
    stepfunctions._run_execution(ARN)
    del stepfunctions._executions[ARN]
    return str(execution["error"])


def test_an_execution_begins_at_once(sleeps: list[float]) -> None:
    assert (run(), sleeps) == ("StateMachineDeleted", [executions.FIRST_PAUSE_SECONDS])
    sleeps.clear()

    executions.begin_an_execution_at_once()

    assert (run(), sleeps) == ("StateMachineDeleted", [])


def test_everything_else_sleeps_as_long_as_it_says(sleeps: list[float]) -> None:
    executions.begin_an_execution_at_once()

    stepfunctions._scaled_sleep(2)

    assert sleeps == [2]
    assert stepfunctions.time.monotonic() <= time.monotonic()
