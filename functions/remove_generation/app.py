"""Delete what serves no more. States `Remove ...` of statemachines/deploy.asl.yaml."""

from trainwright import wiring
from trainwright.aws.serving import SageMakerEndpoints, SageMakerModels
from trainwright.handler import step
from trainwright.logic.deploy import remove_generation
from trainwright.logic.ports import Endpoints, Journal, Models
from trainwright.models.states import RemovedGeneration, RemoveGenerationRequest


@step
def lambda_handler(
    request: RemoveGenerationRequest,
    models: Models | None = None,
    endpoints: Endpoints | None = None,
    journal: Journal | None = None,
) -> RemovedGeneration:
    """Wire SageMaker's models to the loser's end."""
    return remove_generation(
        request,
        models=models or SageMakerModels(),
        endpoints=endpoints or SageMakerEndpoints(),
        journal=journal or wiring.journal(),
    )
