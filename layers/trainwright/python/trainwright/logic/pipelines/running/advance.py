"""The end of a step: its dependents are released, and the run ends with its last step."""

from collections.abc import Iterable, Sequence

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
    record_end(ref, record, ports)
    started = _release(ref, [record], ports)
    run = ports.progress.run(ref.run)
    assert run is not None  # its step has just been written
    started += _start_queued(run, ports)
    end_run_if_done(run, ports)
    return started


def record_end(ref: PipelineRef, record: StepRecord, ports: Running) -> None:
    """Record the end of a step, and tell it once."""
    if ports.progress.end(record):
        _tell(ref, record, ports)


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
    started, skipped = _start_or_skip(run, ready, ports)
    return started + _release(run.ref, skipped, ports)


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


def _release(ref: PipelineRef, ended: Sequence[StepRecord], ports: Running) -> list[str]:
    """Start what *ended* released; what is skipped releases others in turn."""
    run = ports.progress.run(ref.run)
    assert run is not None
    started: list[str] = []
    todo = list(ended)
    while todo:
        record = todo.pop()
        ready = [
            ports.progress.step(ref.run, name)
            for name in record.releases
            if ports.progress.release(ref.run, name, record.step) and not run.stopping
        ]
        more, skipped = _start_or_skip(run, ready, ports)
        started += more
        todo += skipped
    return started


def _start_or_skip(
    run: PipelineRun, ready: Iterable[StepRecord], ports: Running
) -> tuple[list[str], list[StepRecord]]:
    """Start what is to be done of steps whose needs have ended; give those, and what is not."""
    started: list[str] = []
    skipped = []
    for record in ready:
        needs = ports.progress.steps(run.ref.run, record.plan.needs)
        reason = reason_to_skip(record.plan, needs)
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
