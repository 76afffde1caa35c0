"""Stop what an ended run of a pipeline left running; on Step Functions' status events."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.ended import pipeline_ended
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.ports import Executions
from trainwright.models.pipelines.inbound import StepExecutionEnded
from trainwright.models.pipelines.states import StoppedPipeline


@step
def lambda_handler(
    event: StepExecutionEnded, executions: Executions | None = None, ports: Running | None = None
) -> StoppedPipeline:
    """Wire the paid jobs to the end of their run."""
    return pipeline_ended(
        event,
        executions or pipeline_wiring.executions(),
        ports or pipeline_wiring.running(),
    )
