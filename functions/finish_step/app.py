"""Record a step's success. State `Record success` of statemachines/pipeline_step.asl.yaml."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.finish_step import finish_step
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.states import FinishedStep, FinishStepRequest


@step
def lambda_handler(request: FinishStepRequest, ports: Running | None = None) -> FinishedStep:
    """Record what the step made, and release others."""
    return finish_step(request, ports or pipeline_wiring.running())
