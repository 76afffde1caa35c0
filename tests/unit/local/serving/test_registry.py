"""The model registry: versions, approval, and the events that deployments hang on."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.builders import ACCOUNT, IMAGE, REGION, Cloud

GROUP = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group/churn"
PACKAGE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/churn"


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    """A service with one empty group."""
    cloud = Cloud(tmp_path)
    assert cloud.call("CreateModelPackageGroup", ModelPackageGroupName="churn") == {
        "ModelPackageGroupArn": GROUP
    }
    return cloud


def a_package(**members: Any) -> dict[str, Any]:
    container = {"Image": IMAGE, "ModelDataUrl": "s3://models/churn.tar.gz"}
    specification = {
        "Containers": [container],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["application/json"],
    }
    return {"ModelPackageGroupName": "churn", "InferenceSpecification": specification} | members


def test_packages_of_a_group_are_numbered_and_wait_for_approval(cloud: Cloud) -> None:
    first = cloud.call("CreateModelPackage", **a_package())
    second = cloud.call("CreateModelPackage", **a_package(ModelApprovalStatus="Approved"))

    assert first == {"ModelPackageArn": f"{PACKAGE}/1"}
    assert second == {"ModelPackageArn": f"{PACKAGE}/2"}
    described = cloud.call("DescribeModelPackage", ModelPackageName=f"{PACKAGE}/1")
    assert described["ModelPackageVersion"] == 1
    assert described["ModelPackageStatus"] == "Completed"
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["InferenceSpecification"] == a_package()["InferenceSpecification"]


def test_the_number_of_a_deleted_version_is_not_given_again(cloud: Cloud) -> None:
    cloud.call("CreateModelPackage", **a_package())
    cloud.call("DeleteModelPackage", ModelPackageName=f"{PACKAGE}/1")

    assert cloud.call("CreateModelPackage", **a_package())["ModelPackageArn"] == f"{PACKAGE}/2"


def test_a_request_sent_twice_makes_one_package(cloud: Cloud) -> None:
    request = a_package(ClientToken="0c8a2f1e-7d57-4b5e-9a43-3f6f0f6a7d10")

    first = cloud.call("CreateModelPackage", **request)

    assert cloud.call("CreateModelPackage", **request) == first
    described = cloud.call("DescribeModelPackage", ModelPackageName=first["ModelPackageArn"])
    assert not [key for key in described if key.startswith("_")]


def test_an_approval_is_an_event_with_the_whole_package(cloud: Cloud) -> None:
    arn = cloud.call("CreateModelPackage", **a_package())["ModelPackageArn"]

    cloud.call(
        "UpdateModelPackage",
        ModelPackageArn=arn,
        ModelApprovalStatus="Approved",
        ApprovalDescription="better than the last",
        CustomerMetadataProperties={"accuracy": "0.97"},
    )

    registered, approved = cloud.events
    assert registered.detail_type == "SageMaker Model Package State Change"
    assert registered.detail["ModelApprovalStatus"] == "PendingManualApproval"
    assert approved.resources == (arn,)
    assert approved.detail["ModelApprovalStatus"] == "Approved"
    assert approved.detail["ApprovalDescription"] == "better than the last"
    assert approved.detail["ModelPackageGroupName"] == "churn"
    assert approved.detail["CustomerMetadataProperties"] == {"accuracy": "0.97"}
    assert isinstance(approved.detail["CreationTime"], int)


def test_metadata_is_merged_and_removed(cloud: Cloud) -> None:
    package = a_package(CustomerMetadataProperties={"a": "1", "b": "2"})
    arn = cloud.call("CreateModelPackage", **package)["ModelPackageArn"]

    cloud.call(
        "UpdateModelPackage",
        ModelPackageArn=arn,
        CustomerMetadataProperties={"c": "3"},
        CustomerMetadataPropertiesToRemove=["a"],
    )

    described = cloud.call("DescribeModelPackage", ModelPackageName=arn)
    assert described["CustomerMetadataProperties"] == {"b": "2", "c": "3"}


def test_a_list_of_a_group_takes_an_approval_and_an_order(cloud: Cloud) -> None:
    for status in ("Rejected", "Approved", "Approved"):
        cloud.call("CreateModelPackage", **a_package(ModelApprovalStatus=status))

    listed = cloud.call(
        "ListModelPackages",
        ModelPackageGroupName="churn",
        ModelApprovalStatus="Approved",
        SortOrder="Descending",
        MaxResults=1,
    )

    versions = [package["ModelPackageVersion"] for package in listed["ModelPackageSummaryList"]]
    assert versions == [3]
    assert "NextToken" in listed


def test_a_package_on_its_own_is_listed_without_a_group(cloud: Cloud) -> None:
    package = a_package(ModelPackageName="alone")
    del package["ModelPackageGroupName"]
    cloud.call("CreateModelPackage", **package)
    cloud.call("CreateModelPackage", **a_package())

    listed = cloud.call("ListModelPackages")["ModelPackageSummaryList"]

    assert [summary["ModelPackageName"] for summary in listed] == ["alone"]


def test_a_group_is_found_by_name_and_by_arn(cloud: Cloud) -> None:
    for name in ("churn", GROUP):
        described = cloud.call("DescribeModelPackageGroup", ModelPackageGroupName=name)
        assert described["ModelPackageGroupArn"] == GROUP
        assert not [key for key in described if key.startswith("_")]


def test_a_group_with_packages_is_not_deleted(cloud: Cloud) -> None:
    cloud.call("CreateModelPackage", **a_package())

    refused = cloud.call("DeleteModelPackageGroup", ModelPackageGroupName="churn")
    cloud.call("DeleteModelPackage", ModelPackageName=f"{PACKAGE}/1")

    assert refused["__type"] == "ConflictException"
    assert cloud.call("DeleteModelPackageGroup", ModelPackageGroupName="churn") == {}
    assert cloud.call("ListModelPackageGroups") == {"ModelPackageGroupSummaryList": []}


@pytest.mark.parametrize(
    ("operation", "members", "message"),
    [
        (
            "CreateModelPackageGroup",
            {"ModelPackageGroupName": "churn"},
            f"Model Package Group already exists: {GROUP}",
        ),
        (
            "DescribeModelPackageGroup",
            {"ModelPackageGroupName": "no"},
            f"ModelPackageGroup {GROUP[:-5]}no does not exist.",
        ),
        (
            "CreateModelPackage",
            a_package(ModelPackageGroupName="no"),
            f"ModelPackageGroup {GROUP[:-5]}no does not exist.",
        ),
        (
            "DescribeModelPackage",
            {"ModelPackageName": f"{PACKAGE}/9"},
            f"ModelPackage {PACKAGE}/9 does not exist.",
        ),
    ],
)
def test_what_aws_refuses_is_refused_in_its_words(
    cloud: Cloud, operation: str, members: dict[str, Any], message: str
) -> None:
    answer = cloud.call(operation, **members)

    assert answer == {"__type": "ValidationException", "message": message}


def test_the_registry_survives_a_restart(cloud: Cloud, tmp_path: Path) -> None:
    cloud.call("CreateModelPackage", **a_package())

    again = Cloud(tmp_path)

    assert again.call("CreateModelPackage", **a_package())["ModelPackageArn"] == f"{PACKAGE}/2"


def test_the_event_of_an_update_says_what_has_changed(cloud: Cloud) -> None:
    arn = cloud.call("CreateModelPackage", **a_package())["ModelPackageArn"]
    cloud.events.clear()

    cloud.call("UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved")
    cloud.call("UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved")
    cloud.call(
        "UpdateModelPackage", ModelPackageArn=arn, CustomerMetadataProperties={"stage": "dev"}
    )

    changed = [event.detail["UpdatedModelPackageFields"] for event in cloud.events]
    assert changed == [["ModelApprovalStatus"], [], ["CustomerMetadataProperties"]]
    assert {event.detail["ModelApprovalStatus"] for event in cloud.events} == {"Approved"}


def test_several_packages_are_described_at_once(cloud: Cloud) -> None:
    arn = cloud.call("CreateModelPackage", **a_package())["ModelPackageArn"]
    missing = f"{PACKAGE}/99"

    answer = cloud.call("BatchDescribeModelPackage", ModelPackageArnList=[arn, missing])

    assert answer["ModelPackageSummaries"][arn]["ModelPackageVersion"] == 1
    errors = answer["BatchDescribeModelPackageErrorMap"]
    assert errors[missing]["ErrorCode"] == "ValidationException"
    assert "does not exist" in errors[missing]["ErrorResponse"]


def test_a_package_on_its_own_has_no_approval(cloud: Cloud) -> None:
    alone = a_package(ModelPackageName="alone", ModelApprovalStatus="Approved")
    del alone["ModelPackageGroupName"]

    assert "versioned model packages only" in cloud.call("CreateModelPackage", **alone)["message"]
