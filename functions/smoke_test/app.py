"""Test a new endpoint. State `Smoke test` of statemachines/deploy.asl.yaml."""

from trainwright import wiring
from trainwright.aws.files import S3Files
from trainwright.aws.invocations import SageMakerInvocations
from trainwright.handler import step
from trainwright.logic.ports import Files, Invocations, Journal
from trainwright.logic.smoke_test import smoke_test
from trainwright.models.states import SmokeTestReport, SmokeTestRequest


@step
def lambda_handler(
    request: SmokeTestRequest,
    files: Files | None = None,
    invocations: Invocations | None = None,
    journal: Journal | None = None,
) -> SmokeTestReport:
    """Wire samples and endpoint to the tests."""
    return smoke_test(
        request,
        files=files or S3Files(),
        invocations=invocations or SageMakerInvocations(),
        journal=journal or wiring.journal(),
    )
