"""A person's answer to an Approve step."""

from typing import NamedTuple

from trainwright.errors import ApprovalDeniedError
from trainwright.logic.pipelines.running.ports import Approvals, Progress
from trainwright.logic.ports import Callbacks
from trainwright.models.pipelines.inbound import Approval
from trainwright.models.pipelines.states import AnsweredApproval
from trainwright.models.task import Decision, Task

_LONGEST = 1024  # SageMaker's


class Answering(NamedTuple):
    """The ports of answering."""

    progress: Progress
    approvals: Approvals
    callbacks: Callbacks


def answer_approval(given: Approval, ports: Answering) -> AnsweredApproval:
    """Let the step go on, or fail; an answer that nobody waits for is dropped.

    Of two answers one counts, so that the registry and the run agree. The registry hears it first:
    if that fails, the step still waits. Its event may be faster than this function, and then
    answers in the same words.
    """
    task = _task_of(given, ports)
    if task is None:
        return AnsweredApproval(run=given.run, step=given.step, answered=False)
    decision = _decision(given, task)
    counts = ports.callbacks.tasks.claim(task, decision)
    if counts:
        _decide(given, task, decision, ports)
    return AnsweredApproval(run=given.run, step=given.step, answered=counts)


def _task_of(given: Approval, ports: Answering) -> Task | None:
    record = ports.progress.steps(given.run, [given.step]).get(given.step)
    if record is None or record.plan.action != "approval" or not record.resource:
        return None
    return ports.callbacks.tasks.get(record.resource)


def _decision(given: Approval, task: Task) -> Decision:
    if not given.approved:
        why = f": {given.comment}" if given.comment else ""
        return Decision(approved=False, reason=f"{given.by or 'somebody'} said no{why}")
    package = {"package": task.resource} if _is_package(task) else {}
    return Decision(approved=True, output={"by": given.by, "comment": given.comment} | package)


def _is_package(task: Task) -> bool:
    return task.resource.startswith("arn:")


def _decide(given: Approval, task: Task, decision: Decision, ports: Answering) -> None:
    if _is_package(task):
        description = _described(given.by, given.comment)
        ports.approvals.decide(task.resource, description, approved=given.approved)
    if decision.approved:
        ports.callbacks.answers.succeed(task.token, decision.output)
    else:
        ports.callbacks.answers.fail(task.token, ApprovalDeniedError.__name__, decision.reason)
    ports.callbacks.tasks.remove(task)


def _described(by: str, comment: str) -> str:
    """Write who decided, and why, as the registry takes it: one line of printable letters."""
    text = " ".join(": ".join(filter(None, (by, comment))).split())
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST]
