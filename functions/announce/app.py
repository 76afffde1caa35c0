"""Announce how a run ended. The `Announce ...` states of statemachines/train_deploy.asl.yaml."""

from trainwright import wiring
from trainwright.aws.files import S3Files
from trainwright.handler import step
from trainwright.logic.announce import announce
from trainwright.logic.ports import Files, Journal
from trainwright.models.states import Announcement, AnnounceRequest


@step
def lambda_handler(
    request: AnnounceRequest, journal: Journal | None = None, files: Files | None = None
) -> Announcement:
    """Wire the journal and the upload's folder to the outcome."""
    return announce(request, journal=journal or wiring.journal(), files=files or S3Files())
