"""The end of a step: its dependents are released, and the run ends with its last step."""

from collections.abc import Iterable, Mapping, Sequence

from trainwright.logic.pipelines.running.fate import reason_to_skip
from trainwright.logic.pipelines.running.names import step_execution
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.events import PipelineStepEnded
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.states import StepRef


def end_step(ref: PipelineRef, record: StepRecord, ports: Running) -> list[str]:
    """Record the end of a step and carry on from there; give the steps that it started.

    Doing it again does what is left to do.
    """
    if not record_end(ref, record, ports):
        record = ports.progress.step(ref.run, record.step)  # as it ended first
    run = _run(ref, ports)
    started, skipped = _release(run, [record], ports)
    if skipped or run.concurrency is not None:
        run = _run(ref, ports)
    started += _start_queued(run, ports)
    end_run_if_done(run, ports)
    return started


def record_end(ref: PipelineRef, record: StepRecord, ports: Running) -> bool:
    """Record the end of a step, and tell it once; False if it had ended."""
    if not ports.progress.end(record):
        return False
    _tell(ref, record, ports)
    return True


def start(run: PipelineRun, records: Iterable[StepRecord], ports: Running) -> list[str]:
    """Start steps as far as there are slots; the others are queued."""
    started = []
    for record in records:
        if _has_slot(run, record, ports):
            target = StepRef(
                ref=run.ref,
                step=record.step,
                attempt=run.attempt,
                wait_seconds=record.plan.wait_seconds,
            )
            name = step_execution(run.ref, record.step, run.attempt)
            ports.launcher.start_step(name, target.model_dump())
            started.append(record.step)
    return started


def start_ready(run: PipelineRun, ready: Iterable[StepRecord], ports: Running) -> list[str]:
    """Start steps that wait for nothing, or skip them, as what they need has decided."""
    started, skipped = _start_or_skip(run, ready, {}, ports)
    return started + _release(run, skipped, ports)[0]


def end_run_if_done(run: PipelineRun, ports: Running) -> None:
    """Answer whoever waits for the run, if all of its steps have ended."""
    if run.unfinished == 0 and run.token:
        ports.answers.succeed(run.token, {"run": run.ref.run})


def stop_waiting(run: PipelineRun, reason: str, ports: Running) -> None:
    """End every step that has not begun."""
    for record in ports.progress.steps(run.ref.run).values():
        if record.status in {StepStatus.WAITING, StepStatus.READY}:
            update = {"status": StepStatus.STOPPED, "reason": reason, "ended": ports.now()}
            ports.progress.end(record.model_copy(update=update))


def _release(
    run: PipelineRun, ended: Sequence[StepRecord], ports: Running
) -> tuple[list[str], list[str]]:
    """Start what *ended* released; what is skipped releases others in turn. Give both."""
    started: list[str] = []
    skipped: list[str] = []
    todo = list(ended)
    while todo:
        record = todo.pop()
        released = (
            ports.progress.release(run.ref.run, name, record.step) for name in record.releases
        )
        ready = [step for step in released if step is not None and not run.stopping]
        begun, passed = _start_or_skip(run, ready, {record.step: record}, ports)
        started += begun
        skipped += [step.step for step in passed]
        todo += passed
    return started, skipped


def _start_or_skip(
    run: PipelineRun, ready: Iterable[StepRecord], known: Mapping[str, StepRecord], ports: Running
) -> tuple[list[str], list[StepRecord]]:
    """Start what is to be done of steps whose needs have ended; give those, and what is not.

    What is *known* of their needs is not read again.
    """
    started: list[str] = []
    skipped = []
    for record in ready:
        unread = [name for name in record.plan.needs if name not in known]
        needs = {**known, **(ports.progress.steps(run.ref.run, unread) if unread else {})}
        reason = reason_to_skip(record.plan, {name: needs[name] for name in record.plan.needs})
        if not reason:
            started += start(run, [record], ports)
            continue
        update = {"status": StepStatus.SKIPPED, "reason": reason, "ended": ports.now()}
        skipped.append(record.model_copy(update=update))
        record_end(run.ref, skipped[-1], ports)
    return started, skipped


def _has_slot(run: PipelineRun, record: StepRecord, ports: Running) -> bool:
    if run.concurrency is None:
        return True
    if ports.progress.take_slot(record, run.concurrency):
        return True
    ports.progress.enqueue(record)
    # One may have become free before the step stood in the queue.
    return ports.progress.take_slot(record, run.concurrency)


def _start_queued(run: PipelineRun, ports: Running) -> list[str]:
    if run.concurrency is None or run.stopping:
        return []
    free = run.concurrency - len(run.running)
    names = [place.partition("/")[2] for place in sorted(run.queued)[: max(free, 0)]]
    found = ports.progress.steps(run.ref.run, names) if names else {}
    return start(run, [found[name] for name in names], ports)


def _tell(ref: PipelineRef, record: StepRecord, ports: Running) -> None:
    seconds = 0.0
    if record.started and record.ended:
        seconds = (record.ended - record.started).total_seconds()
    event = PipelineStepEnded(
        step=record.step,
        kind=record.plan.kind,
        status=record.status,
        outputs=record.outputs,
        seconds=seconds,
        error=record.error,
        reason=record.reason,
    )
    ports.herald.tell(ref, event)


def _run(ref: PipelineRef, ports: Running) -> PipelineRun:
    run = ports.progress.run(ref.run)
    assert run is not None  # its steps are written before it
    return run
