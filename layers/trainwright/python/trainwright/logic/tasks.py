"""Waiting by callback: whoever learns that a resource may be at its end settles its task.

A status event is only a hint that it is time to look. What is true is what SageMaker describes, so
events that come twice, late, in the wrong order or never do no harm: an event settles, a sweep
settles, and starting a job that exists already settles. The token is answered before the task is
forgotten: an answer may be given twice, which Step Functions ignores, but it is never lost.
"""

from datetime import timedelta

from trainwright.errors import EndpointRolledBackError
from trainwright.logic.ports import Callbacks
from trainwright.models.states import SettledTask, SweptTasks
from trainwright.models.task import Phase, ResourceState, Task

_CREATION = timedelta(minutes=15)
"""No function runs longer, so that after it none can be about to create the resource."""


def settle(resource: str, callbacks: Callbacks) -> SettledTask:
    """Answer whoever waits for *resource*, if it is at its end."""
    if (task := callbacks.tasks.get(resource)) is None:
        return SettledTask(resource=resource, answered="nobody waits")
    state = _verdict(callbacks.resources.describe(task.resource), task)
    if state.phase is Phase.MISSING and _never_came(task, callbacks):
        callbacks.tasks.remove(task)
        return SettledTask(resource=resource, answered="undone")
    if state.phase in {Phase.MISSING, Phase.RUNNING}:
        return SettledTask(resource=resource, answered="still running")
    answered = _undo(task, state, callbacks) if task.abandoned else _answer(task, state, callbacks)
    callbacks.tasks.remove(task)
    return SettledTask.model_validate({"resource": resource, "answered": answered})


def sweep(callbacks: Callbacks) -> SweptTasks:
    """Settle every task; its event may have been lost.

    How long a person takes to decide is no sign of anything that hangs.
    """
    now = callbacks.now()
    ages: list[float] = []
    answered = waiting = 0
    for task in list(callbacks.tasks.all()):
        if settle(task.resource, callbacks).answered != "still running":
            answered += 1
            continue
        waiting += 1
        if not _is_decided_by_a_person(task.resource):
            ages.append((now - task.created).total_seconds())
    oldest = max(ages, default=0.0)
    return SweptTasks(answered=answered, waiting=waiting, oldest_seconds=oldest)


def _is_decided_by_a_person(resource: str) -> bool:
    return resource.startswith("approval/") or ":model-package/" in resource


def _never_came(task: Task, callbacks: Callbacks) -> bool:
    """Tell whether a stopped run's resource is not there and nobody can be creating it any more.

    Its task would otherwise keep every later run from the endpoint.
    """
    return task.abandoned and callbacks.now() - task.created > _CREATION


def _verdict(state: ResourceState, task: Task) -> ResourceState:
    """Hold *state* against what was asked for: an endpoint in service may serve something else.

    SageMaker rolls a failed update back on its own and reports `InService`. But an end from before
    the task began is not the task's: the update that it waits for has not been noticed yet.
    """
    if (
        state.phase is Phase.MISSING
        or not task.expects
        or (state.phase is Phase.SUCCEEDED and state.config == task.expects)
    ):
        return state
    if state.changed < task.created:
        return state.model_copy(update={"phase": Phase.RUNNING})
    if state.phase is not Phase.SUCCEEDED:
        return state
    reason = f"serves '{state.config}' again, not '{task.expects}'. {state.reason}".strip()
    error = EndpointRolledBackError.__name__
    return state.model_copy(update={"phase": Phase.FAILED, "error": error, "reason": reason})


def _answer(task: Task, state: ResourceState, callbacks: Callbacks) -> str:
    """Answer with what *state* says, or in the words of the person whose decision it carries."""
    decision = task.decision
    if decision and decision.approved == (state.phase is Phase.SUCCEEDED):
        words = {"output": decision.output, "reason": decision.reason}
        state = state.model_copy(update=words)
    if state.phase is Phase.SUCCEEDED:
        callbacks.answers.succeed(task.token, state.output)
        return "succeeded"
    callbacks.answers.fail(task.token, state.error, state.reason)
    return "failed"


def _undo(task: Task, state: ResourceState, callbacks: Callbacks) -> str:
    """Take back the deployment of a stopped run, which nobody would test any more."""
    endpoint = task.resource.rpartition("/")[2]
    if task.previous and state.phase is Phase.SUCCEEDED:
        callbacks.endpoints.deploy(endpoint, task.previous, [])
    elif not task.previous:
        callbacks.endpoints.delete(endpoint)
    return "undone"
