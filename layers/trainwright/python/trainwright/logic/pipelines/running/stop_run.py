"""Stops a run: nothing more is started, and what costs money is stopped."""

from trainwright.errors import RunStoppedError
from trainwright.logic.pipelines.running.advance import stop_waiting
from trainwright.logic.pipelines.running.names import step_execution
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright.models.pipelines.states import StoppedPipeline


def stop_pipeline(run_id: str, reason: str, ports: Running) -> StoppedPipeline:
    """Stop what a run has going; whoever waits for its end is answered."""
    run = ports.progress.run(run_id)
    if run is None or run.ended is not None:
        return StoppedPipeline(run=run_id, stopped=())
    ports.progress.stop(run_id, RunStoppedError.__name__, reason)
    stop_waiting(run, reason, ports)
    going = [
        record
        for record in ports.progress.steps(run_id).values()
        if record.status is StepStatus.RUNNING
    ]
    stopped = [record.resource for record in going if _stop(record, reason, ports)]
    for record in going:
        ports.launcher.stop_step(step_execution(run.ref, record.step, record.attempt), reason)
    return StoppedPipeline(run=run_id, stopped=tuple(stopped))


def stop_work(resource: str, reason: str, ports: Running) -> bool:
    """Stop a job or an execution; False if there is nothing to stop, as of a person's answer."""
    if ":execution:" in resource:
        ports.launcher.stop(resource, reason)
        return True
    return resource.startswith("arn:") and ports.jobs.stop(resource)


def _stop(record: StepRecord, reason: str, ports: Running) -> bool:
    """Stop the work of a step; the step itself ends, though its execution may be gone."""
    stopped = stop_work(record.resource, reason, ports)
    ports.progress.end(
        record.model_copy(
            update={
                "status": StepStatus.STOPPED,
                "error": RunStoppedError.__name__,
                "reason": reason,
                "ended": ports.now(),
            }
        )
    )
    return stopped
