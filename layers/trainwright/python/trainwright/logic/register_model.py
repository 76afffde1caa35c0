"""Register a trained model."""

from trainwright.logic.ports import Journal, ModelRegistry
from trainwright.models.events import ModelRegistered
from trainwright.models.states import RegisteredModel, RegisterModelRequest

_MAX_PROPERTIES = 50  # CustomerMetadataProperties of a model package


def register_model(
    request: RegisterModelRequest, *, registry: ModelRegistry, journal: Journal
) -> RegisteredModel:
    """Add a version with the metrics that it reached."""
    properties = dict(request.registry.package["CustomerMetadataProperties"])
    reached = {f"metric:{name}": f"{value:g}" for name, value in sorted(request.metrics.items())}
    properties = dict(list((properties | reached).items())[:_MAX_PROPERTIES])
    package = request.registry.package | {"CustomerMetadataProperties": properties}
    arn = registry.register(request.registry.group, package)
    journal.write(request.run, ModelRegistered(package=arn))
    return RegisteredModel(package=arn)
