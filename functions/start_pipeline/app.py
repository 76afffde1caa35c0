"""Start a run of a pipeline from its uploaded file, or from a request on the app's bus."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.ports import Launcher
from trainwright.logic.pipelines.running.start_run import start_pipeline
from trainwright.models.pipelines.inbound import PipelineTrigger
from trainwright.models.pipelines.states import StartedPipeline


@step
def lambda_handler(trigger: PipelineTrigger, launcher: Launcher | None = None) -> StartedPipeline:
    """Wire the state machine to what triggers it."""
    return start_pipeline(trigger, launcher=launcher or pipeline_wiring.launcher())
