"""Go back to what served before. State `Roll back` of statemachines/deploy.asl.yaml."""

from trainwright import callback_wiring, wiring
from trainwright.handler import step
from trainwright.logic.deploy import roll_back
from trainwright.logic.ports import Callbacks
from trainwright.models.states import RollBackRequest, SettledTask


@step
def lambda_handler(request: RollBackRequest, callbacks: Callbacks | None = None) -> SettledTask:
    """Wire SageMaker's endpoints to the way back."""
    return roll_back(
        request, callbacks=callbacks or callback_wiring.callbacks(), account=wiring.account()
    )
