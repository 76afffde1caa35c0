"""SageMaker does for a caller what the caller's role allows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.client import Config
from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, Json, allow

PASSED = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def may_pass(role: str, condition: Json = PASSED) -> Json:
    return allow("iam:PassRole", resource=role) | {"Condition": condition}


def of(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:us-east-1:000000000000:{kind}/{name}"


def refusal(call: Callable[..., Any], **members: Any) -> str:
    """Return what the call is refused for: the action and the resource."""
    with pytest.raises(ClientError) as refused:
        call(**members)
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    wanted = error["Message"].partition("is not authorized to perform: ")[2]
    return str(wanted.partition(" because no identity-based policy")[0])


def training_job(name: str, role: str, **members: Any) -> Json:
    return {
        "TrainingJobName": name,
        "RoleArn": role,
        "AlgorithmSpecification": {"TrainingInputMode": "Pipe", "TrainingImage": "no-such-image"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    } | members


@pytest.fixture(scope="module")
def execution_role(repaired: Account) -> str:
    return repaired.role(trusts="sagemaker.amazonaws.com")


def test_the_jobs_name_and_the_passed_role_are_checked(
    repaired: Account, execution_role: str
) -> None:
    mine = of("training-job", "mine-*")
    starter = repaired.role(
        allow("sagemaker:CreateTrainingJob", resource=mine), may_pass(execution_role)
    )
    create = repaired.client("sagemaker", starter).create_training_job

    assert refusal(create, **training_job("Other-1", execution_role)) == (
        f"sagemaker:CreateTrainingJob on resource: {of('training-job', 'other-1')}"
    )
    assert refusal(create, **training_job("mine-1", starter)) == (
        f"iam:PassRole on resource: {starter}"
    )
    with pytest.raises(ClientError, match="ValidationException"):  # allowed: now it is the mode
        create(**training_job("mine-1", execution_role))


def test_a_role_may_be_passed_to_the_named_service_only(
    repaired: Account, execution_role: str
) -> None:
    elsewhere = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    starter = repaired.role(allow("sagemaker:*"), may_pass(execution_role, elsewhere))
    create = repaired.client("sagemaker", starter).create_training_job

    assert refusal(create, **training_job("mine-1", execution_role)) == (
        f"iam:PassRole on resource: {execution_role}"
    )


def test_tags_need_a_permission_of_their_own(repaired: Account) -> None:
    group = of("model-package-group", "tagged")
    role = repaired.role(allow("sagemaker:CreateModelPackageGroup", resource=group))
    create = repaired.client("sagemaker", role).create_model_package_group
    tags = [{"Key": "team", "Value": "a"}]

    assert refusal(create, ModelPackageGroupName="tagged", Tags=tags) == (
        f"sagemaker:AddTags on resource: {group}"
    )
    create(ModelPackageGroupName="tagged")


def test_conditions_see_the_tags_of_request_and_resource(repaired: Account) -> None:
    of_team = allow("sagemaker:CreateModelPackageGroup", "sagemaker:AddTags")
    of_team["Condition"] = {"StringEquals": {"aws:RequestTag/team": "a"}}
    reading = allow("sagemaker:DescribeModelPackageGroup")
    reading["Condition"] = {"StringEquals": {"aws:ResourceTag/team": "a"}}
    client = repaired.client("sagemaker", repaired.role(of_team, reading))
    create, describe = client.create_model_package_group, client.describe_model_package_group

    create(ModelPackageGroupName="of-a", Tags=[{"Key": "team", "Value": "a"}])
    describe(ModelPackageGroupName="of-a")

    others = {"ModelPackageGroupName": "of-b", "Tags": [{"Key": "team", "Value": "b"}]}
    assert refusal(create, **others).startswith("sagemaker:CreateModelPackageGroup")
    repaired.client("sagemaker").create_model_package_group(**others)
    assert refusal(describe, ModelPackageGroupName="of-b").startswith("sagemaker:Describe")


def test_an_endpoint_needs_its_config_too(repaired: Account) -> None:
    role = repaired.role(allow("sagemaker:CreateEndpoint", resource=of("endpoint", "churn")))
    create = repaired.client("sagemaker", role).create_endpoint

    assert refusal(create, EndpointName="churn", EndpointConfigName="churn-1") == (
        f"sagemaker:CreateEndpoint on resource: {of('endpoint-config', 'churn-1')}"
    )


def test_invoking_an_endpoint_is_a_permission_on_it(repaired: Account) -> None:
    role = repaired.role(allow("sagemaker:InvokeEndpoint", resource=of("endpoint", "churn")))
    invoke = repaired.client("sagemaker-runtime", role).invoke_endpoint

    assert refusal(invoke, EndpointName="other", Body=b"1") == (
        f"sagemaker:InvokeEndpoint on resource: {of('endpoint', 'other')}"
    )


def test_listing_is_a_permission_on_everything(repaired: Account) -> None:
    job = of("training-job", "*")
    client = repaired.client("sagemaker", repaired.role(allow("sagemaker:List*", resource=job)))

    assert refusal(client.list_training_jobs) == "sagemaker:ListTrainingJobs on resource: *"


def test_who_does_not_sign_is_no_caller(repaired: Account) -> None:
    unsigned = boto3.client(
        "sagemaker",
        region_name=repaired.info.region,
        endpoint_url=repaired.info.endpoint_url,
        config=Config(signature_version=UNSIGNED),
    )

    with pytest.raises(ClientError, match="Request is missing Authentication Token"):
        unsigned.list_training_jobs()


def test_the_root_is_known_by_its_signature(repaired: Account, unrepaired: Account) -> None:
    def guess(account: Account) -> Any:
        info = replace(account.info, secret_access_key="test")
        return Account(info).client("sagemaker").list_training_jobs()["TrainingJobSummaries"]

    with pytest.raises(ClientError, match="InvalidSignatureException"):
        guess(repaired)
    assert guess(unrepaired) == []
