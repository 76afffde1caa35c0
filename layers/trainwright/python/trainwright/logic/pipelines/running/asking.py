"""An Approve step: asks a person, unless the registry has the answer already."""

from trainwright.errors import ApprovalDeniedError
from trainwright.logic.pipelines.running.filled import Filled, Work
from trainwright.logic.pipelines.running.names import approval_of, asking
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.waits import settle_resource, wait
from trainwright.models.pipelines.events import ApprovalRequested
from trainwright.models.task import Phase

_APPROVED = "Approved"
"""What the registry says of a model that a person wants."""


def subject_of(step: Filled) -> str:
    """Name what the person decides on: a model package, or the step itself."""
    package: str = step.request["package"]
    return package or approval_of(step.target.ref.run, step.target.step)


def ask(step: Filled, ports: Running) -> Work:
    """Ask for a person's decision."""
    resource, package, rejected = subject_of(step), step.request["package"], False
    if package:
        state = ports.callbacks.resources.describe(package)
        if state.phase is Phase.SUCCEEDED:
            return Work(package, state.output)
        rejected = state.phase is Phase.FAILED
        if rejected and _asks_first(step):
            raise ApprovalDeniedError(state.reason)
    # Who goes on after a no asks again: it is not the answer, but a yes is, and another no.
    run, expects = asking(step.target.ref, step.target), _APPROVED if rejected else ""
    wait(resource, step, ports, run=run, expects=expects)
    event = ApprovalRequested(
        step=step.target.step,
        message=step.request["message"],
        timeout_seconds=step.record.plan.wait_seconds,
        package=package,
    )
    ports.herald.tell(step.target.ref, event)
    if package:
        settle_resource(package, ports)
    return Work(resource=resource)


def _asks_first(step: Filled) -> bool:
    return step.target.attempt == 1 and not step.record.tries
