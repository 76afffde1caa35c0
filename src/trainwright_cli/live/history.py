"""What Step Functions recorded of an execution, read as steps."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

type Event = Mapping[str, Any]
"""One event of GetExecutionHistory."""


class Phase(StrEnum):
    """How far a state, or a whole execution, is."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Step:
    """One visit to a state."""

    name: str
    type: str
    phase: Phase = Phase.RUNNING
    entered: datetime | None = None
    left: datetime | None = None
    attempts: int = 0
    error: str = ""
    cause: str = ""
    output: Any = None
    """What the task answered."""
    child: str = ""
    """ARN of the execution that the task started."""


@dataclass(frozen=True)
class Execution:
    """An execution so far."""

    phase: Phase = Phase.RUNNING
    steps: tuple[Step, ...] = ()
    started: datetime | None = None
    ended: datetime | None = None
    error: str = ""
    cause: str = ""


_ENDS = {
    "ExecutionSucceeded": Phase.DONE,
    "ExecutionFailed": Phase.FAILED,
    "ExecutionTimedOut": Phase.FAILED,
    "ExecutionAborted": Phase.STOPPED,
}
_TASK_FAILURES = {"TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"}


def read_history(events: Iterable[Event]) -> Execution:
    """Fold *events*, in their order, into the execution they tell of.

    Task events do not name their state; ours run one state at a time, so it is the latest.
    """
    execution = Execution()
    for event in events:
        execution = _after(execution, event)
    return execution


def _after(execution: Execution, event: Event) -> Execution:
    kind, time = event["type"], event["timestamp"]
    details = _details(event)
    if kind == "ExecutionStarted":
        return replace(execution, started=time)
    if kind == "ExecutionRedriven":
        return replace(execution, phase=Phase.RUNNING, ended=None, error="", cause="")
    if kind in _ENDS:
        return _ended(execution, _ENDS[kind], time, details)
    if kind.endswith("StateEntered"):
        step = Step(details["name"], kind.removesuffix("StateEntered"), entered=time)
        return replace(execution, steps=(*execution.steps, step))
    if not execution.steps:
        return execution
    *before, latest = execution.steps
    return replace(execution, steps=(*before, _step_after(latest, kind, time, details)))


def _step_after(step: Step, kind: str, time: datetime, details: Event) -> Step:
    if kind == "TaskScheduled":
        return replace(step, attempts=step.attempts + 1, error="", cause="")
    if kind in _TASK_FAILURES:
        cause = details.get("cause", "")
        return replace(step, error=details.get("error", "States.Timeout"), cause=cause)
    if kind == "TaskSubmitted":
        answer = _parsed(details.get("output"))
        child = answer.get("ExecutionArn", "") if isinstance(answer, dict) else ""
        return replace(step, child=child)
    if kind == "TaskSucceeded":
        return replace(step, output=_parsed(details.get("output")))
    if kind.endswith("StateExited"):
        # An error that is still there now was not retried but caught.
        phase = Phase.FAILED if step.error else Phase.DONE
        return replace(step, phase=phase, left=time)
    return step


def _ended(execution: Execution, phase: Phase, time: datetime, details: Event) -> Execution:
    error, cause = details.get("error", ""), details.get("cause", "")
    steps = tuple(
        replace(step, phase=phase, left=time, error=error, cause=cause)
        if step.phase is Phase.RUNNING
        else step
        for step in execution.steps
    )
    return replace(execution, phase=phase, steps=steps, ended=time, error=error, cause=cause)


def _details(event: Event) -> Event:
    found = (value for key, value in event.items() if key.endswith("EventDetails"))
    return next(found, {})


def _parsed(text: str | None) -> Any:  # noqa: ANN401 - whatever the task answered
    try:
        return json.loads(text or "null")
    except ValueError:  # cut off by Step Functions because of its size
        return None
