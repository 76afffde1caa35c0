"""A person's answer to an Approve step."""

from trainwright.errors import ApprovalDeniedError
from trainwright.logic.pipelines.running.names import approval_of
from trainwright.logic.ports import Callbacks
from trainwright.models.pipelines.inbound import Approval
from trainwright.models.pipelines.states import AnsweredApproval


def answer_approval(given: Approval, callbacks: Callbacks) -> AnsweredApproval:
    """Let the step go on, or fail; an answer that nobody waits for is dropped."""
    task = callbacks.tasks.get(approval_of(given.run, given.step))
    if task is None:
        return AnsweredApproval(run=given.run, step=given.step, answered=False)
    if given.approved:
        callbacks.answers.succeed(task.token, {"by": given.by, "comment": given.comment})
    else:
        why = f": {given.comment}" if given.comment else ""
        reason = f"{given.by or 'somebody'} said no{why}"
        callbacks.answers.fail(task.token, ApprovalDeniedError.__name__, reason)
    callbacks.tasks.remove(task)
    return AnsweredApproval(run=given.run, step=given.step, answered=True)
