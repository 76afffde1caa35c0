"""Answer an Approve step: somebody said yes or no, on the app's bus."""

from trainwright import callback_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.running.approval import answer_approval
from trainwright.logic.ports import Callbacks
from trainwright.models.pipelines.inbound import ApprovalGiven
from trainwright.models.pipelines.states import AnsweredApproval


@step
def lambda_handler(event: ApprovalGiven, callbacks: Callbacks | None = None) -> AnsweredApproval:
    """Wire a person's decision to the step that waits for it."""
    return answer_approval(event.detail, callbacks or callback_wiring.callbacks())
