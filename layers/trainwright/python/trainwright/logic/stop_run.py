"""Clean up after an execution that did not end well: nothing that costs money may run on."""

from trainwright.errors import RunStoppedError
from trainwright.logic.failures import Failure, read_failure
from trainwright.logic.naming import endpoint_name, job_name
from trainwright.logic.ports import Callbacks, Journal, TrainingJobs
from trainwright.logic.tasks import settle
from trainwright.models.account import Account
from trainwright.models.events import RunFailed
from trainwright.models.inbound import ExecutionEnded
from trainwright.models.plan import RunRef
from trainwright.models.states import StoppedRun


def stop_run(
    event: ExecutionEnded,
    *,
    jobs: TrainingJobs,
    callbacks: Callbacks,
    journal: Journal,
    account: Account,
) -> StoppedRun:
    """Stop the run's job, have its deployment undone, and announce the end if nobody did."""
    if (record := journal.find(event.detail.name)) is None:
        return StoppedRun(run=event.detail.name, stopped=())
    job = job_name(account.stack, record.ref)
    stopped = [job] if jobs.stop(job) else []
    stopped += _abandon_deployment(record.ref, account, callbacks)
    if record.status == "Running":
        failure = _why(event)
        told = RunFailed(error=failure.error, reason=failure.reason)
        journal.write(record.ref, told, status="Failed")
    return StoppedRun(run=record.run, stopped=tuple(stopped))


def _abandon_deployment(run: RunRef, account: Account, callbacks: Callbacks) -> list[str]:
    """Leave the endpoint to whoever settles its task: it can be undone only at its end."""
    endpoint = endpoint_name(account.stack, run.model)
    task = callbacks.tasks.get(account.arn("endpoint", endpoint))
    if task is None or task.run.id != run.id:
        return []
    callbacks.tasks.put(task.model_copy(update={"abandoned": True}))
    settle(task.resource, callbacks)
    return [endpoint]


def _why(event: ExecutionEnded) -> Failure:
    if event.detail.status == "FAILED":
        return read_failure(event.detail.error or "States.Runtime", event.detail.cause or "")
    said = event.detail.cause or event.detail.error or "no reason was given"
    status = event.detail.status.lower().replace("_", " ")
    return Failure(RunStoppedError.__name__, f"the execution was {status}: {said}")
