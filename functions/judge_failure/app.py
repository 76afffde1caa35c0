"""Judge a step's failure. State `Judge failure` of statemachines/pipeline_step.asl.yaml."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.judge_failure import judge_failure
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.pipelines.states import FailureVerdict, JudgeFailureRequest


@step
def lambda_handler(request: JudgeFailureRequest, ports: Running | None = None) -> FailureVerdict:
    """Try again, or record that the step failed."""
    return judge_failure(request, ports or pipeline_wiring.running())
