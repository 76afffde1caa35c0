"""What a request to SageMaker needs its caller to be allowed."""

from pathlib import Path
from typing import Any

import pytest

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import attach
from trainwright_local.sagemaker.authorization import demands
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.service import SageMakerService


@pytest.fixture
def context(tmp_path: Path) -> Context:
    config = SageMakerConfig(tmp_path, tmp_path, endpoint_url="http://127.0.0.1:1")
    return Context("123456789012", "eu-west-1", SageMakerService(config, lambda _: None))


def needed(operation: str, context: Context, **request: Any) -> list[tuple[str, str]]:
    start = "arn:aws:sagemaker:eu-west-1:123456789012:"
    return [
        (demand.action, demand.resource.removeprefix(start))
        for demand in demands(operation, request, context)
    ]


@pytest.mark.parametrize(
    ("operation", "request_", "resource"),
    [
        ("CreateTrainingJob", {"TrainingJobName": "Churn-1"}, "training-job/churn-1"),
        ("DescribeModel", {"ModelName": "churn"}, "model/churn"),
        ("DeleteEndpointConfig", {"EndpointConfigName": "churn"}, "endpoint-config/churn"),
        ("InvokeEndpoint", {"EndpointName": "churn"}, "endpoint/churn"),
        ("CreateModelPackage", {"ModelPackageGroupName": "Churn"}, "model-package/churn/*"),
        ("DescribeModelPackageGroup", {"ModelPackageGroupName": "c"}, "model-package-group/c"),
        ("UpdateModelPackage", {"ModelPackageArn": "arn:of:the:package"}, "arn:of:the:package"),
        ("DescribeModelPackage", {"ModelPackageName": "arn:of:it"}, "arn:of:it"),
        ("ListTags", {"ResourceArn": "arn:of:something"}, "arn:of:something"),
        ("ListTrainingJobs", {}, "*"),
        ("CreateHyperParameterTuningJob", {"HyperParameterTuningJobName": "t"},
         "hyper-parameter-tuning-job/t"),
    ],
)  # fmt: skip
def test_an_action_is_on_the_resources_arn(
    context: Context, operation: str, request_: dict[str, Any], resource: str
) -> None:
    assert needed(operation, context, **request_) == [(f"sagemaker:{operation}", resource)]


def test_an_endpoint_is_created_from_a_config_one_may_use(context: Context) -> None:
    found = needed("CreateEndpoint", context, EndpointName="churn", EndpointConfigName="churn-1")

    assert found == [
        ("sagemaker:CreateEndpoint", "endpoint/churn"),
        ("sagemaker:CreateEndpoint", "endpoint-config/churn-1"),
    ]


def test_a_role_is_passed_and_tags_are_added_by_permission(context: Context) -> None:
    role = "arn:aws:iam::123456789012:role/training"
    tags = [{"Key": "team", "Value": "a"}]
    found = needed("CreateTrainingJob", context, TrainingJobName="c", RoleArn=role, Tags=tags)

    assert found == [
        ("sagemaker:CreateTrainingJob", "training-job/c"),
        ("sagemaker:AddTags", "training-job/c"),
        ("iam:PassRole", role),
    ]


def test_a_tuning_job_hands_over_the_role_of_its_training_jobs(context: Context) -> None:
    role = "arn:aws:iam::123456789012:role/training"
    definition = {"RoleArn": role}
    found = needed(
        "CreateHyperParameterTuningJob",
        context,
        HyperParameterTuningJobName="t",
        TrainingJobDefinition=definition,
    )

    assert found == [
        ("sagemaker:CreateHyperParameterTuningJob", "hyper-parameter-tuning-job/t"),
        ("iam:PassRole", role),
    ]


def test_conditions_are_told_the_tags(context: Context) -> None:
    arn = context.arn("model/churn")
    attach(context, arn, [{"Key": "team", "Value": "a"}])

    [described] = demands("DescribeModel", {"ModelName": "churn"}, context)
    created, *_ = demands(
        "CreateModel", {"ModelName": "new", "Tags": [{"Key": "team", "Value": "b"}]}, context
    )

    assert described.keys["aws:ResourceTag/team"] == "a"
    assert created.keys == {"aws:RequestTag/team": "b", "aws:TagKeys": ["team"]}
