"""State `Judge failure`: try again, or record that the step failed."""

from trainwright.errors import (
    CapacityError,
    InterruptionError,
    NotReadyError,
    StepFailedError,
    ThrottledError,
)
from trainwright.logic.failures import Failure, read_failure
from trainwright.logic.pipelines.running.advance import end_step, record_end, stop_waiting
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.stop_run import stop_work
from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright.models.pipelines.states import FailureVerdict, JudgeFailureRequest, StepRef

_KINDS: dict[str, str] = {
    CapacityError.__name__: "capacity",
    ThrottledError.__name__: "throttling",
    NotReadyError.__name__: "quota",
    InterruptionError.__name__: "interruption",
    "Lambda.TooManyRequestsException": "throttling",
    "Lambda.ServiceException": "interruption",
    "Lambda.AWSLambdaException": "interruption",
    "Lambda.SdkClientException": "interruption",
}
"""The kind of failure by the error's name; any other is an error of the step itself."""

_TIMEOUT = "States.Timeout"
"""Step Functions' name for a task whose token nobody answered in time; it gives no cause."""

_LINES = 5
"""Of which the last may be empty."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))

_PAUSES: dict[str, tuple[float, float, float]] = {
    "capacity": (30, 1.5, 900),
    "throttling": (5, 2, 300),
    "quota": (30, 1.2, 300),
    "interruption": (15, 2, 600),
    "error": (1, 2, 60),
}
"""Seconds before the first new try, their growth, and their bound."""


def judge_failure(request: JudgeFailureRequest, ports: Running) -> FailureVerdict:
    """Try again as often as the step says for this kind of failure; then it has failed."""
    target = request.target
    failure = read_failure(request.error, request.cause)
    record = ports.progress.step(target.ref.run, target.step)
    run = ports.progress.run(target.ref.run)
    assert run is not None  # its step is there
    if request.error == _TIMEOUT:
        failure = failure._replace(reason=_late(record))
        stop_work(record.resource, failure.reason, ports)
    kind = _KINDS.get(failure.error, "error")
    tried = record.tries.get(kind, 0)
    if tried < getattr(record.plan.retry, kind) and not (run.stopping or record.status.ended):
        tries = record.tries | {kind: tried + 1}
        ports.progress.note(record.model_copy(update={"tries": tries}))
        return FailureVerdict(
            again=True,
            seconds=_pause(kind, tried, record),
            error=failure.error,
            reason=failure.reason,
        )
    return fail_step(target, record, failure.error, _with_last_words(failure, record, ports), ports)


def fail_step(
    target: StepRef, record: StepRecord, error: str, reason: str, ports: Running
) -> FailureVerdict:
    """Record that a step failed; unless others may go on, nothing more of its run is started."""
    ended = _failed(record, error, reason, ports)
    if ended.plan.on_failure == "stop" and ended.status is StepStatus.FAILED:
        why = f"step '{record.step}' failed"
        ports.progress.stop(target.ref.run, error, f"{why}: {reason}")
        record_end(target.ref, ended, ports)
        run = ports.progress.run(target.ref.run)
        assert run is not None  # its step is there
        stop_waiting(run, f"{why}, so nothing more was started", ports)
    end_step(target.ref, ended, ports)
    return FailureVerdict(again=False, error=error, reason=reason)


def _with_last_words(failure: Failure, record: StepRecord, ports: Running) -> str:
    """Add what a script printed last: of a processing job SageMaker tells the exit code alone."""
    if record.plan.operation != "CreateProcessingJob" or failure.error != StepFailedError.__name__:
        return failure.reason
    lines = [line for line in ports.logs.tail(record.resource, _LINES) if line.strip()]
    return f"{failure.reason}; its log ends with: {lines[-1].strip()}" if lines else failure.reason


def _late(record: StepRecord) -> str:
    what = "nobody decided" if record.plan.action == "approval" else "it did not end"
    seconds = record.plan.wait_seconds
    size, unit = next((row for row in _UNITS if seconds >= row[0]), _UNITS[-1])
    return f"{what} within {seconds / size:.3g} {unit}"


def _pause(kind: str, tried: int, record: StepRecord) -> int:
    first, growth, most = _PAUSES[kind]
    if kind == "capacity" and (tried + 1) % max(len(record.plan.instance_types), 1):
        return 1  # the next type of the ladder may be there at once
    return int(min(first * growth**tried, most))


def _failed(record: StepRecord, error: str, reason: str, ports: Running) -> StepRecord:
    if record.status.ended:
        return record
    return record.model_copy(
        update={
            "status": StepStatus.FAILED,
            "error": error,
            "reason": reason,
            "started": record.started or ports.now(),
            "ended": ports.now(),
        }
    )
