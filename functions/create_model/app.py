"""Create a model and its endpoint configuration. State `Create model` of deploy.asl.yaml."""

from trainwright.aws.serving import SageMakerEndpoints, SageMakerModels
from trainwright.handler import step
from trainwright.logic.deploy import create_model
from trainwright.logic.ports import Endpoints, Models
from trainwright.models.states import CreateModelRequest, Generation


@step
def lambda_handler(
    request: CreateModelRequest, models: Models | None = None, endpoints: Endpoints | None = None
) -> Generation:
    """Wire SageMaker's models to the new generation."""
    return create_model(
        request, models=models or SageMakerModels(), endpoints=endpoints or SageMakerEndpoints()
    )
