"""Start a training job that answers a token when it ends."""

from trainwright.logic.naming import job_name
from trainwright.logic.ports import Callbacks, TrainingJobs
from trainwright.logic.tasks import settle
from trainwright.models.account import Account
from trainwright.models.states import SettledTask, StartTrainingRequest
from trainwright.models.task import Task


def start_training(
    request: StartTrainingRequest, *, jobs: TrainingJobs, callbacks: Callbacks, account: Account
) -> SettledTask:
    """Note who waits, then create the job; one that a first attempt created may be at its end."""
    arn = account.arn("training-job", job_name(account.stack, request.run))
    created = callbacks.now()
    callbacks.tasks.put(Task(resource=arn, token=request.token, run=request.run, created=created))
    if jobs.create(request.training.request):
        return SettledTask(resource=arn, answered="still running")
    return settle(arn, callbacks)
