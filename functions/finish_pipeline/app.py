"""End a pipeline run. State `Announce` of statemachines/pipeline.asl.yaml."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.states import FinishedPipeline, FinishPipelineRequest


@step
def lambda_handler(
    request: FinishPipelineRequest, ports: Running | None = None
) -> FinishedPipeline:
    """Write how the run ended, and tell."""
    return finish_run(request, ports or pipeline_wiring.running())
