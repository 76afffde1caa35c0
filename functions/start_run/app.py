"""Start a run from an upload, or from a request on the app's bus or by direct invocation."""

from trainwright import wiring
from trainwright.handler import step
from trainwright.logic.ports import Executions
from trainwright.logic.start_run import start_run
from trainwright.models.inbound import RunTrigger
from trainwright.models.states import StartedRun


@step
def lambda_handler(trigger: RunTrigger, executions: Executions | None = None) -> StartedRun:
    """Wire the state machine to what triggers it."""
    return start_run(trigger, executions=executions or wiring.executions())
