"""Start the steps of a run. State `Run steps` of statemachines/pipeline.asl.yaml."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.start_steps import start_steps
from trainwright.models.pipelines.states import StartedSteps, StartStepsRequest


@step
def lambda_handler(request: StartStepsRequest, ports: Running | None = None) -> StartedSteps:
    """Start what waits for nothing."""
    return start_steps(request, ports or pipeline_wiring.running())
