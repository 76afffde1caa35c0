"""Register a published pipeline: check it, and keep what starts it; on its upload."""

from trainwright import registration_wiring
from trainwright.handler import step
from trainwright.logic.pipelines.registering import Registering, register_pipeline
from trainwright.models.inbound import ObjectCreated
from trainwright.models.pipelines.states import RegisteredPipeline


@step
def lambda_handler(upload: ObjectCreated, ports: Registering | None = None) -> RegisteredPipeline:
    """Wire the schedules and rules to what the file asks for."""
    return register_pipeline(upload, ports or registration_wiring.registering())
