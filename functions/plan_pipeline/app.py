"""Plan a pipeline run. State `Plan pipeline` of statemachines/pipeline.asl.yaml."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.begin_run import begin_run
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.states import BegunPipeline, PlanPipelineRequest


@step
def lambda_handler(request: PlanPipelineRequest, ports: Running | None = None) -> BegunPipeline:
    """Read, plan, and keep the plan of a run."""
    return begin_run(request, ports or pipeline_wiring.running())
