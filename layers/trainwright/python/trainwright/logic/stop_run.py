"""Clean up after an execution that did not end well: nothing that costs money may run on."""

from trainwright.errors import RunStoppedError
from trainwright.logic.failures import Failure, read_failure
from trainwright.logic.naming import endpoint_name, job_name
from trainwright.logic.ports import Callbacks, Executions, Journal, TrainingJobs
from trainwright.logic.tasks import settle
from trainwright.models.account import Account
from trainwright.models.events import RunFailed
from trainwright.models.inbound import ExecutionEnded
from trainwright.models.plan import RunRef
from trainwright.models.states import StoppedRun


def stop_run(
    event: ExecutionEnded,
    *,
    executions: Executions,
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
        failure = _why(event, executions)
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


def _why(event: ExecutionEnded, executions: Executions) -> Failure:
    """Ask for the reason: the event of an execution that was stopped does not tell it."""
    error, cause = executions.why_ended(event.detail.execution_arn)
    if event.detail.status == "FAILED":
        return read_failure(error, cause)
    status = event.detail.status.lower().replace("_", " ")
    said = cause or error or "no reason was given"
    return Failure(RunStoppedError.__name__, f"the execution was {status}: {said}")
