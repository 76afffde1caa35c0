"""What is shown of a pipeline's run: its steps as they are, whatever their reasons look like."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from trainwright.models.pipelines.plan import PipelineRef, PlannedStep
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.steps import Retry
from trainwright_cli.errors import ExitCode
from trainwright_cli.pipelines import watching
from trainwright_cli.pipelines.records import RunRecords
from trainwright_cli.pipelines.showing import steps_table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ODD = "no such file: [/opt/ml/model]"
"""A reason that a terminal's markup would take for its own."""


def a_record(status: StepStatus, reason: str = "", **plan: Any) -> StepRecord:
    """Return a step."""
    settings = {
        "name": "only",
        "kind": "Training",
        "model": "m",
        "action": "job",
        "needs": (),
        "data_from": (),
        "wait_seconds": 60,
        "on_failure": "stop",
        "retry": Retry(),
    }
    return StepRecord(
        run="r",
        step="only",
        status=status,
        plan=PlannedStep.model_validate(settings | plan),
        order=0,
        reason=reason,
        started=NOW,
        ended=NOW if status.ended else None,
    )


def records_of(record: StepRecord, attempt: int = 1) -> RunRecords:
    """Return a run of one step."""
    ref = PipelineRef(pipeline="p", run="r")
    return RunRecords(PipelineRun(ref=ref, status="x", started=NOW, attempt=attempt), (record,))


def shown(record: StepRecord) -> str:
    """Return the table of one step as a terminal shows it."""
    console = Console(file=io.StringIO(), width=120)
    with console.capture() as captured:
        console.print(steps_table([record], {}, NOW))
    return captured.get()


def test_a_reason_is_shown_as_it_is() -> None:
    assert ODD in shown(a_record(StepStatus.FAILED, ODD))


def test_what_a_step_asks_is_shown_while_it_waits() -> None:
    asking = {"question": "Good enough?"}

    assert "Good enough?" in shown(a_record(StepStatus.RUNNING).model_copy(update=asking))
    assert "Good enough?" not in shown(a_record(StepStatus.SUCCEEDED).model_copy(update=asking))


class _Cloud:
    """A cloud with one execution."""

    is_local = True

    asked = ""

    def __init__(self, executions: Iterator[dict[str, str]]) -> None:
        self._executions = executions

    @property
    def stepfunctions(self) -> "_Cloud":
        return self

    def describe_execution(self, executionArn: str) -> dict[str, str]:  # noqa: N803 - boto3's
        self.asked = executionArn
        return next(self._executions)


class _Stack:
    def execution_arn(self, name: str) -> str:
        return f"arn:{name}"


def follow(
    monkeypatch: pytest.MonkeyPatch,
    states: list[tuple[dict[str, str], RunRecords | None]],
    attempt: int | None = 1,
) -> watching.Ended:
    """Follow a run through *states*: how its execution is, and what is in the table."""
    records = iter([found for _, found in states])
    monkeypatch.setattr(watching, "read_run", lambda *_: next(records))
    monkeypatch.setattr(watching, "_LOCAL_PAUSE", 0.0)
    cloud: Any = _Cloud(iter([execution for execution, _ in states]))
    stack: Any = _Stack()
    return watching.follow(cloud, stack, "r", attempt)


def test_every_change_is_a_line_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    going, failed = {"status": "RUNNING"}, {"status": "FAILED", "error": "E", "cause": ODD}
    running = records_of(a_record(StepStatus.RUNNING))

    ended = follow(
        monkeypatch,
        [
            (going, None),
            (going, running),
            (going, running),
            (failed, records_of(a_record(StepStatus.FAILED, ODD))),
        ],
    )

    assert (ended.status, ended.reason, ended.exit_code) == ("Failed", ODD, ExitCode.RUN_FAILED)
    assert capsys.readouterr().err.splitlines() == ["● only running", f"✗ only failed: {ODD}"]


@pytest.mark.parametrize(
    ("records", "status", "code"),
    [
        (None, "Refused", ExitCode.REFUSED),
        (records_of(a_record(StepStatus.SUCCEEDED), attempt=1), "Refused", ExitCode.REFUSED),
        (records_of(a_record(StepStatus.FAILED), attempt=2), "Failed", ExitCode.RUN_FAILED),
    ],
)
def test_an_attempt_that_did_not_begin_was_refused(
    monkeypatch: pytest.MonkeyPatch, records: RunRecords | None, status: str, code: ExitCode
) -> None:
    execution = {"status": "FAILED", "error": "InvalidRequestError", "cause": "no"}

    ended = follow(monkeypatch, [(execution, records)], attempt=2)

    assert (ended.status, ended.exit_code) == (status, code)


def test_of_a_resumed_run_the_last_attempt_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    records = records_of(a_record(StepStatus.SUCCEEDED), attempt=2)
    records = records._replace(run=records.run.model_copy(update={"execution": "arn:r-2"}))
    monkeypatch.setattr(watching, "read_run", lambda *_: records)
    cloud = _Cloud(iter([{"status": "SUCCEEDED"}]))
    anything: Any = cloud

    ended = watching.follow(anything, anything, "r")

    assert (ended.status, cloud.asked) == ("Succeeded", "arn:r-2")
