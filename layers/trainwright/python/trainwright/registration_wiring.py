"""The adapters of registering pipelines; apart, for it alone reads what users write."""

from trainwright import wiring
from trainwright.aws.pipelines.kept import S3Pipelines
from trainwright.aws.pipelines.objects import S3Objects
from trainwright.aws.pipelines.starters import EventBridgeStarters, Targets
from trainwright.logic.pipelines.registering import Registering
from trainwright.settings import settings


def registering() -> Registering:
    """Give all that a published pipeline is registered with."""
    found = settings()
    objects = S3Objects()
    targets = Targets(
        function=found.start_pipeline_function,
        role=found.scheduler_role,
        dead_letters=found.dead_letters,
        group=found.schedule_group,
    )
    return Registering(
        pipelines=S3Pipelines(found.bucket, objects),
        store=objects,
        starters=EventBridgeStarters(targets),
        account=wiring.account(),
    )
