"""Judge a model. State `Judge metrics` of statemachines/train_deploy.asl.yaml."""

from trainwright import wiring
from trainwright.handler import step
from trainwright.logic.judge_metrics import judge_metrics
from trainwright.logic.ports import Journal
from trainwright.models.states import Judgement, JudgeMetricsRequest


@step
def lambda_handler(request: JudgeMetricsRequest, journal: Journal | None = None) -> Judgement:
    """Wire the journal to the rules of the gate."""
    return judge_metrics(request, journal=journal or wiring.journal())
