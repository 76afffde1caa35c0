"""State `Announce`: how the run ended, told to all and written on its page."""

from collections import Counter
from collections.abc import Iterable

from trainwright.errors import RunStoppedError
from trainwright.logic.failures import read_failure
from trainwright.logic.pipelines.pictures.report import Page, report
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.events import EventData
from trainwright.models.pipelines.events import (
    PipelineFailed,
    PipelineRefused,
    PipelineStopped,
    PipelineSucceeded,
)
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.states import FinishedPipeline, FinishPipelineRequest

_FEW = 50
"""Of how many steps the page shows the logs."""

_LINES = 60


def finish_run(request: FinishPipelineRequest, ports: Running) -> FinishedPipeline:
    """Write the end of a run; it has failed if a step has, or if the run itself could not go on."""
    if request.problems:
        return _refused(request, ports)
    run = ports.progress.run(request.ref.run)
    if run is None:
        failure = read_failure(request.error, request.cause)
        return _tell(request, "Failed", failure.error, failure.reason, {}, ports)
    records = list(ports.progress.steps(request.ref.run).values())
    status, error, reason = _outcome(request, run, records)
    update = {"status": status, "error": error, "reason": reason, "ended": ports.now()}
    run = run.model_copy(update=update)
    ports.progress.finish(run)
    _write_page(run, records, ports)
    counts = dict(Counter(record.status.value for record in records))
    return _tell(request, status, error, reason, counts, ports)


def _write_page(run: PipelineRun, records: Iterable[StepRecord], ports: Running) -> None:
    steps = sorted(records, key=lambda record: record.order)
    # Of a long run, the logs of those that failed are what somebody looks for.
    chosen = [step for step in steps if step.resource and (step.status.bad or len(steps) <= _FEW)]
    logs = {step.step: ports.logs.tail(step.resource, _LINES) for step in chosen[:_FEW]}
    body = report(Page(run, steps, logs)).encode()
    ports.store.write(ports.pipelines.report(run.ref), body, "text/html; charset=utf-8")


def _outcome(
    request: FinishPipelineRequest, run: PipelineRun, records: Iterable[StepRecord]
) -> tuple[str, str, str]:
    if run.error == RunStoppedError.__name__:
        return "Stopped", run.error, run.reason
    failed = sorted(
        (record for record in records if record.status is StepStatus.FAILED),
        key=lambda record: record.order,
    )
    if failed:
        first = failed[0]
        others = f" (and {len(failed) - 1} more)" if failed[1:] else ""
        return "Failed", first.error, f"step '{first.step}'{others}: {first.reason}"
    if request.error:
        failure = read_failure(request.error, request.cause)
        return "Failed", failure.error, failure.reason
    if run.stopping:
        return "Failed", run.error, run.reason
    return "Succeeded", "", ""


def _refused(request: FinishPipelineRequest, ports: Running) -> FinishedPipeline:
    reason = "; ".join(str(problem) for problem in request.problems)
    ports.herald.tell(request.ref, PipelineRefused(reason=reason, problems=request.problems))
    return FinishedPipeline(status="Refused", error="InvalidRequestError", reason=reason)


def _tell(
    request: FinishPipelineRequest,
    status: str,
    error: str,
    reason: str,
    steps: dict[str, int],
    ports: Running,
) -> FinishedPipeline:
    report = ports.pipelines.report(request.ref)
    event: EventData
    if status == "Succeeded":
        event = PipelineSucceeded(seconds=_seconds(request, ports), steps=steps, report=report)
    elif status == "Stopped":
        event = PipelineStopped(reason=reason, steps=steps, report=report)
    else:
        event = PipelineFailed(error=error, reason=reason, steps=steps, report=report)
    ports.herald.tell(request.ref, event)
    return FinishedPipeline.model_validate(
        {"status": status, "error": error, "reason": reason, "report": report}
    )


def _seconds(request: FinishPipelineRequest, ports: Running) -> float:
    run = ports.progress.run(request.ref.run)
    return (run.ended - run.started).total_seconds() if run and run.ended else 0.0
