"""Begin a step. State `Run step` of statemachines/pipeline_step.asl.yaml."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.begin_step import begin_step
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.states import BeginStepRequest, BegunStep


@step
def lambda_handler(request: BeginStepRequest, ports: Running | None = None) -> BegunStep:
    """Begin the step's work, whose end answers the token."""
    return begin_step(request, ports or pipeline_wiring.running())
