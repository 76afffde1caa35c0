"""Models and versions in the registry: what is decided of them, and whether they are there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from trainwright.aws import clients
from trainwright.aws.pipelines.approvals import RegistryApprovals
from trainwright.aws.pipelines.models import SageMakerModels
from trainwright.aws.resources import SageMakerResources
from trainwright.models.task import Phase

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ACCOUNT = "eu-west-1:123456789012"
PACKAGE: dict[str, Any] = {
    "ModelPackageName": "demo-churn",
    "ModelPackageArn": f"arn:aws:sagemaker:{ACCOUNT}:model-package/demo-churn/7",
    "ModelPackageStatus": "Completed",
    "ModelPackageStatusDetails": {"ValidationStatuses": []},
    "CreationTime": NOW,
}


@pytest.fixture
def sagemaker(aws: None) -> Iterator[Stubber]:
    """Give the stub of SageMaker; every answer in it must be used."""
    with Stubber(clients.sagemaker()) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("status", "phase", "error"),
    [
        ("PendingManualApproval", Phase.RUNNING, ""),
        ("Approved", Phase.SUCCEEDED, ""),
        ("Rejected", Phase.FAILED, "ApprovalDeniedError"),
    ],
)
@pytest.mark.parametrize(
    "changed_by",
    [
        {"UserProfileName": "ada"},
        {"IamIdentity": {"Arn": "arn:aws:sts::123456789012:assumed-role/reviewers/ada"}},
    ],
)
def test_a_model_package_says_what_was_decided_of_it_and_by_whom(
    sagemaker: Stubber, changed_by: dict[str, Any], status: str, phase: Phase, error: str
) -> None:
    sagemaker.add_response(
        "describe_model_package",
        PACKAGE
        | {
            "ModelApprovalStatus": status,
            "ApprovalDescription": "because",
            "LastModifiedBy": changed_by,
            "LastModifiedTime": NOW,
        },
        {"ModelPackageName": PACKAGE["ModelPackageArn"]},
    )

    found = SageMakerResources().describe(PACKAGE["ModelPackageArn"])

    assert (found.phase, found.error, found.changed) == (phase, error, NOW)
    if phase is Phase.SUCCEEDED:
        assert found.config == "Approved"
        assert found.output == {
            "by": "ada",
            "comment": "because",
            "package": PACKAGE["ModelPackageArn"],
        }
    if phase is Phase.FAILED:
        assert found.reason == "ada rejected the model in the registry: because"


def test_a_model_package_that_nobody_has_changed_waits(sagemaker: Stubber) -> None:
    sagemaker.add_response("describe_model_package", PACKAGE)

    assert SageMakerResources().describe(PACKAGE["ModelPackageArn"]).phase is Phase.RUNNING


@pytest.mark.parametrize(("approved", "status"), [(True, "Approved"), (False, "Rejected")])
def test_a_decision_is_written_into_the_registry(
    sagemaker: Stubber, *, approved: bool, status: str
) -> None:
    arn = PACKAGE["ModelPackageArn"]
    sagemaker.add_response(
        "update_model_package",
        {"ModelPackageArn": arn},
        {
            "ModelPackageArn": arn,
            "ModelApprovalStatus": status,
            "ApprovalDescription": "ada: because",
        },
    )

    RegistryApprovals().decide(arn, "ada: because", approved=approved)


@pytest.mark.parametrize(
    ("arn", "operation", "asked"),
    [
        (
            f"arn:aws:sagemaker:{ACCOUNT}:model/demo-1",
            "describe_model",
            {"ModelName": "demo-1"},
        ),
        (
            PACKAGE["ModelPackageArn"],
            "describe_model_package",
            {"ModelPackageName": PACKAGE["ModelPackageArn"]},
        ),
    ],
)
def test_a_model_is_there_until_it_is_deleted(
    sagemaker: Stubber, arn: str, operation: str, asked: dict[str, str]
) -> None:
    model = {
        "ModelName": "demo-1",
        "ModelArn": arn,
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/demo",
        "CreationTime": NOW,
    }
    sagemaker.add_response(operation, model if operation == "describe_model" else PACKAGE, asked)
    sagemaker.add_client_error(operation, "ValidationException", expected_params=asked)

    assert SageMakerModels().is_there(arn)
    assert not SageMakerModels().is_there(arn)
