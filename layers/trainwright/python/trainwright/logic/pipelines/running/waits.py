"""Where the end of a step's work finds the token that it answers."""

from datetime import timedelta

from trainwright.logic.pipelines.running.filled import Filled, Work
from trainwright.logic.pipelines.running.names import waiting
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.tasks import settle
from trainwright.models.plan import RunRef
from trainwright.models.task import Task


def wait(
    resource: str, step: Filled, ports: Running, run: RunRef | None = None, expects: str = ""
) -> None:
    """Let the end of *resource* answer the step's token; *run* says who waits, if not the try."""
    now, limit = ports.now(), timedelta(seconds=step.record.plan.wait_seconds)
    task = Task(
        resource=resource,
        token=step.token,
        run=run or waiting(step.target.ref, step.target),
        created=now,
        expects=expects,
        until=now + limit,
    )
    ports.tasks.put(task)


def wait_for_execution(resource: str, step: Filled, ports: Running) -> Work:
    """Wait for an execution that runs already; it may even have ended."""
    wait(resource, step, ports)
    settle_resource(resource, ports)
    return Work(resource=resource)


def settle_resource(resource: str, ports: Running) -> None:
    """Look whether a resource that was there already is at its end."""
    settle(resource, ports.callbacks)
