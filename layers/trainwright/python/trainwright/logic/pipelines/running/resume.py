"""Going on with a run that ended: what was done stays done, the rest is done anew."""

from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.message import Problem
from trainwright.models.pipelines.events import PipelineStarted
from trainwright.models.pipelines.plan import Estimate
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.states import BegunPipeline, PlanPipelineRequest


def resume_run(request: PlanPipelineRequest, ports: Running) -> BegunPipeline:
    """Reset every step that did not end well, in a new attempt of the run."""
    run = ports.progress.run(request.ref.run)
    if run is None:
        return _refused(request, f"there is no run '{request.ref.run}'")
    if run.execution != request.execution and ports.launcher.is_running(run.execution):
        return _refused(request, f"run '{request.ref.run}' has not ended")
    # What it skipped it was right to skip: only a failed step makes a run fail.
    if run.status == "Succeeded":
        return _refused(request, f"run '{request.ref.run}' succeeded: there is nothing to resume")
    plan = ports.pipelines.plan(request.ref)
    # A second try of this same state finds the attempt begun already.
    attempt = run.attempt if run.execution == request.execution else run.attempt + 1
    records = _reset(ports.progress.steps(request.ref.run), attempt)
    left = [record for record in records if not record.status.ended]
    # What died between its last step and its end has only the end left.
    if not left and run.status != "Running":
        return _refused(request, f"every step of run '{request.ref.run}' has ended well")
    ports.progress.open(_reopened(run, attempt, len(left), request), records)
    costs = [record.plan.estimate for record in left]
    known = [cost.dollars for cost in costs if cost.dollars is not None]
    total = Estimate(
        seconds=sum(cost.seconds for cost in costs),
        dollars=round(sum(known), 2) if len(known) == len(costs) else None,
    )
    started = PipelineStarted(
        execution=request.execution,
        attempt=attempt,
        steps=len(left),
        parameters=plan.parameters,
        cause=request.cause or "resumed",
        estimate=total,
    )
    ports.herald.tell(request.ref, started)
    return BegunPipeline(
        ref=request.ref,
        attempt=attempt,
        accepted=True,
        estimate=total,
        wait_seconds=plan.wait_seconds,
    )


def _reset(steps: dict[str, StepRecord], attempt: int) -> list[StepRecord]:
    """Let every step that has no outputs wait again for those of its needs that have none."""
    done = {name for name, record in steps.items() if record.status.good}
    records = []
    for name, record in steps.items():
        if name in done:
            records.append(record)
            continue
        waits_for = frozenset(record.plan.needs) - done
        records.append(
            StepRecord(
                run=record.run,
                step=name,
                status=StepStatus.WAITING if waits_for else StepStatus.READY,
                plan=record.plan,
                order=record.order,
                waits_for=waits_for,
                releases=record.releases,
                attempt=attempt,
            )
        )
    return records


def _reopened(
    run: PipelineRun, attempt: int, unfinished: int, request: PlanPipelineRequest
) -> PipelineRun:
    return PipelineRun(
        ref=run.ref,
        status="Running",
        started=run.started,
        attempt=attempt,
        execution=request.execution,
        parameters=run.parameters,
        unfinished=unfinished,
        concurrency=run.concurrency,
    )


def _refused(request: PlanPipelineRequest, message: str) -> BegunPipeline:
    problem = Problem(field="resume", message=message)
    return BegunPipeline(ref=request.ref, accepted=False, problems=(problem,))
