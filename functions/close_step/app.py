"""Record the end of a step whose execution ended without doing so; on status events."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.ended import step_ended
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.ports import Executions
from trainwright.models.pipelines.inbound import StepExecutionEnded
from trainwright.models.pipelines.states import FailureVerdict


@step
def lambda_handler(
    event: StepExecutionEnded, executions: Executions | None = None, ports: Running | None = None
) -> FailureVerdict:
    """Wire the record of a step to the end of its execution."""
    return step_ended(
        event,
        executions or pipeline_wiring.executions(),
        ports or pipeline_wiring.running(),
    )
