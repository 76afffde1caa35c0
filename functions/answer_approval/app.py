"""Answer an Approve step: somebody said yes or no, on the app's bus."""

from trainwright import pipeline_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.approval import Answering, answer_approval
from trainwright.models.pipelines.inbound import ApprovalGiven
from trainwright.models.pipelines.states import AnsweredApproval


@step
def lambda_handler(event: ApprovalGiven, ports: Answering | None = None) -> AnsweredApproval:
    """Wire a person's decision to the step that waits for it."""
    return answer_approval(event.detail, ports or pipeline_wiring.answering())
