"""Create or update an endpoint. State `Deploy endpoint` of statemachines/deploy.asl.yaml."""

from trainwright import callback_wiring, wiring
from trainwright.handler import step
from trainwright.logic.deploy import deploy_endpoint
from trainwright.logic.ports import Callbacks
from trainwright.models.states import DeployEndpointRequest, SettledTask


@step
def lambda_handler(
    request: DeployEndpointRequest, callbacks: Callbacks | None = None
) -> SettledTask:
    """Wire SageMaker's endpoints to the token that waits for one."""
    return deploy_endpoint(
        request, callbacks=callbacks or callback_wiring.callbacks(), account=wiring.account()
    )
