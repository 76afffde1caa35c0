"""Register an uploaded algorithm; on S3's event about its package."""

from trainwright import wiring
from trainwright.aws.files import S3Files, S3Packages
from trainwright.handler import step
from trainwright.logic.registration import (
    Announcements,
    Catalogue,
    Packages,
    register_algorithm,
)
from trainwright.models.algorithm import Registration
from trainwright.models.inbound import ObjectCreated


@step
def lambda_handler(
    event: ObjectCreated,
    packages: Packages | None = None,
    catalogue: Catalogue | None = None,
    announcements: Announcements | None = None,
) -> Registration:
    """Wire the bucket and the catalogue to the rules of registration."""
    return register_algorithm(
        event,
        packages=packages or S3Packages(wiring.account().bucket, S3Files()),
        catalogue=catalogue or wiring.catalogue(),
        announcements=announcements or wiring.bus(),
        account=wiring.account(),
    )
