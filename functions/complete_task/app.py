"""Answer the token of whoever waits for the resource of a SageMaker status event."""

from trainwright import callback_wiring
from trainwright.handler import step
from trainwright.logic.ports import Callbacks
from trainwright.logic.tasks import settle
from trainwright.models.inbound import SageMakerStatusChanged
from trainwright.models.states import SettledTask


@step
def lambda_handler(
    event: SageMakerStatusChanged, callbacks: Callbacks | None = None
) -> SettledTask:
    """Take the event as a hint to look at its resource."""
    return settle(event.resource, callbacks or callback_wiring.callbacks())
