"""Register a model. State `Register model` of statemachines/train_deploy.asl.yaml."""

from trainwright import wiring
from trainwright.aws.training import SageMakerRegistry
from trainwright.handler import step
from trainwright.logic.ports import Journal, ModelRegistry
from trainwright.logic.register_model import register_model
from trainwright.models.states import RegisteredModel, RegisterModelRequest


@step
def lambda_handler(
    request: RegisterModelRequest,
    registry: ModelRegistry | None = None,
    journal: Journal | None = None,
) -> RegisteredModel:
    """Wire SageMaker's registry to the new version."""
    return register_model(
        request, registry=registry or SageMakerRegistry(), journal=journal or wiring.journal()
    )
