"""State `Run steps`: write the steps of a run, and start those that wait for nothing."""

from trainwright.logic.pipelines.running.advance import end_run_if_done, start_ready
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.plan import PipelinePlan
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.states import StartedSteps, StartStepsRequest


def start_steps(request: StartStepsRequest, ports: Running) -> StartedSteps:
    """Start the run, or what a resumed run has left to do."""
    run = ports.progress.run(request.ref.run)
    if run is None or run.attempt == request.attempt == 1:
        plan = ports.pipelines.plan(request.ref)
        run = _new_run(request, plan, ports)
        ports.progress.open(run, first_records(plan))
    else:
        run = run.model_copy(update={"token": request.token, "execution": request.execution})
        ports.progress.open(run, ())
    run = ports.progress.run(request.ref.run) or run
    ready = [
        record
        for record in ports.progress.steps(request.ref.run).values()
        if record.status is StepStatus.READY
    ]
    started = start_ready(run, sorted(ready, key=lambda record: record.order), ports)
    end_run_if_done(ports.progress.run(request.ref.run) or run, ports)
    return StartedSteps(steps=tuple(started))


def first_records(plan: PipelinePlan) -> tuple[StepRecord, ...]:
    """Give the record of every step at the start."""
    releases: dict[str, list[str]] = {step.name: [] for step in plan.steps}
    for step in plan.steps:
        for need in step.needs:
            releases[need].append(step.name)
    return tuple(
        StepRecord(
            run=plan.run,
            step=step.name,
            status=StepStatus.WAITING if step.needs else StepStatus.READY,
            plan=step,
            order=order,
            waits_for=frozenset(step.needs),
            releases=tuple(releases[step.name]),
        )
        for order, step in enumerate(plan.steps)
    )


def _new_run(request: StartStepsRequest, plan: PipelinePlan, ports: Running) -> PipelineRun:
    return PipelineRun(
        ref=request.ref,
        status="Running",
        started=ports.now(),
        execution=request.execution,
        token=request.token,
        parameters=plan.parameters,
        unfinished=len(plan.steps),
        concurrency=plan.concurrency,
    )
