"""Models and endpoint configurations: kept as given, refused where they could not be served."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.builders import ACCOUNT, IMAGE, REGION, ROLE, Cloud

ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"


ASYNC = {"OutputConfig": {"S3OutputPath": "s3://out/"}}
CAPTURE = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": "s3://out/",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}

pytestmark = pytest.mark.usefixtures("no_engine")


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def a_model(name: str = "churn", **members: Any) -> dict[str, Any]:
    container = {"Image": IMAGE, "Environment": {"SAGEMAKER_PROGRAM": "serve.py"}}
    model = {"ModelName": name, "ExecutionRoleArn": ROLE, "PrimaryContainer": container} | members
    return {key: value for key, value in model.items() if value is not None}


def a_variant(**members: Any) -> dict[str, Any]:
    return {
        "VariantName": "all",
        "ModelName": "churn",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    } | members


def a_serverless(**sizes: Any) -> dict[str, Any]:
    given = {k: v for k, v in sizes.items() if k != "VariantName"}
    return {
        "VariantName": sizes.get("VariantName", "all"),
        "ModelName": "churn",
        "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 2} | given,
    }


def a_config(*variants: dict[str, Any], **members: Any) -> dict[str, Any]:
    given = list(variants) or [a_variant()]
    return {"EndpointConfigName": "churn-1", "ProductionVariants": given} | members


def test_a_model_is_described_as_it_was_given(cloud: Cloud) -> None:
    network = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
    request = a_model(VpcConfig=network, Tags=[{"Key": "team", "Value": "churn"}])

    assert cloud.call("CreateModel", **request) == {"ModelArn": f"{ARN}model/churn"}

    described = cloud.call("DescribeModel", ModelName="churn")
    assert described["PrimaryContainer"] == request["PrimaryContainer"]
    assert described["VpcConfig"] == network
    assert described["EnableNetworkIsolation"] is False
    assert "Tags" not in described
    assert cloud.call("ListTags", ResourceArn=f"{ARN}model/churn")["Tags"] == request["Tags"]


def a_package(cloud: Cloud) -> str:
    """Register a version of a package, which nobody has approved yet."""
    cloud.call("CreateModelPackageGroup", ModelPackageGroupName="churn")
    specification = {"Containers": [{"Image": IMAGE}], "SupportedContentTypes": ["text/csv"]}
    package: dict[str, str] = cloud.call(
        "CreateModelPackage",
        ModelPackageGroupName="churn",
        InferenceSpecification=specification | {"SupportedResponseMIMETypes": ["text/csv"]},
    )
    return package["ModelPackageArn"]


def test_a_model_may_be_an_approved_package_of_the_registry(cloud: Cloud) -> None:
    package = a_package(cloud)
    cloud.call("UpdateModelPackage", ModelPackageArn=package, ModelApprovalStatus="Approved")

    container = {"ModelPackageName": package}
    answer = cloud.call("CreateModel", **a_model(PrimaryContainer=container))

    assert answer == {"ModelArn": f"{ARN}model/churn"}
    assert cloud.call("DescribeModel", ModelName="churn")["PrimaryContainer"] == container


def test_a_package_that_nobody_approved_is_not_deployed(cloud: Cloud) -> None:
    package = a_package(cloud)

    answer = cloud.call("CreateModel", **a_model(PrimaryContainer={"ModelPackageName": package}))

    assert answer["__type"] == "ValidationException"
    assert (
        f"Invalid approval status PendingManualApproval of ModelPackage {package}"
        in (answer["message"])
    )
    assert cloud.call("ListModels") == {"Models": []}


def test_a_model_outlives_the_approval_of_its_package(cloud: Cloud) -> None:
    package = a_package(cloud)
    cloud.call("UpdateModelPackage", ModelPackageArn=package, ModelApprovalStatus="Approved")
    cloud.call("CreateModel", **a_model(PrimaryContainer={"ModelPackageName": package}))

    cloud.call("UpdateModelPackage", ModelPackageArn=package, ModelApprovalStatus="Rejected")

    config = {"EndpointConfigName": "churn", "ProductionVariants": [a_variant()]}
    assert "EndpointConfigArn" in cloud.call("CreateEndpointConfig", **config)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"PrimaryContainer": None}, "PrimaryContainer or Containers is required"),
        ({"ExecutionRoleArn": None}, "ExecutionRoleArn is required"),
        ({"Containers": [{"Image": IMAGE}]}, "PrimaryContainer or Containers, not both"),
        (
            {
                "PrimaryContainer": None,
                "Containers": [{"Image": IMAGE, "ContainerHostname": "a"}, {"Image": IMAGE}],
            },
            "for all containers or for none",
        ),
        (
            {
                "PrimaryContainer": None,
                "Containers": 2 * [{"Image": IMAGE, "ContainerHostname": "a"}],
            },
            "must be unique",
        ),
        (
            {
                "PrimaryContainer": None,
                "Containers": [{"Image": IMAGE}, {"Image": IMAGE, "Mode": "MultiModel"}],
            },
            "mode MultiModel among several",
        ),
        ({"PrimaryContainer": {"Image": "registry/cobol:1"}}, "no environment for image"),
        ({"PrimaryContainer": {"Image": IMAGE, "Mode": "MultiModel"}}, "must be an S3 prefix"),
        (
            {
                "PrimaryContainer": {
                    "Image": IMAGE,
                    "MultiModelConfig": {"ModelCacheSetting": "Disabled"},
                }
            },
            "does not emulate ModelCacheSetting",
        ),
        (
            {"PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": "https://models/churn.tar.gz"}},
            "is not an S3 URI",
        ),
    ],
)
def test_a_model_that_could_not_be_served_is_refused(
    cloud: Cloud, members: dict[str, Any], message: str
) -> None:
    answer = cloud.call("CreateModel", **a_model(**members))

    assert answer["__type"] == "ValidationException"
    assert message in answer["message"]
    assert cloud.call("ListModels") == {"Models": []}


def test_a_configuration_is_described_with_its_defaults(cloud: Cloud) -> None:
    cloud.call("CreateModel", **a_model())

    created = cloud.call("CreateEndpointConfig", **a_config(KmsKeyId="alias/models"))

    assert created == {"EndpointConfigArn": f"{ARN}endpoint-config/churn-1"}
    described = cloud.call("DescribeEndpointConfig", EndpointConfigName="churn-1")
    assert described["ProductionVariants"] == [a_variant(InitialVariantWeight=1.0)]
    assert described["KmsKeyId"] == "alias/models"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (a_config(a_variant(ModelName="no")), f'Could not find model "{ARN}model/no".'),
        (a_config(a_variant(), a_variant()), "names of the production variants must differ"),
        (a_config(a_variant(InitialVariantWeight=0)), "must have a weight above 0"),
        (a_config(a_serverless(MemorySizeInMB=1500)), "must be a multiple of 1024"),
        (a_config(a_serverless(ProvisionedConcurrency=3)), "must be at most MaxConcurrency"),
        (a_config(a_serverless(), a_serverless(VariantName="b")), "one production variant only"),
        (
            a_config(a_variant(ServerlessConfig={"MemorySizeInMB": 1024, "MaxConcurrency": 1})),
            "InstanceType cannot be specified for serverless",
        ),
        (a_config(a_serverless(), DataCaptureConfig=CAPTURE), "not supported for serverless"),
        (a_config(a_serverless(), AsyncInferenceConfig=ASYNC), "not supported for serverless"),
        (a_config(a_serverless(), EnableNetworkIsolation=True), "not supported for serverless"),
        (
            a_config(a_variant(), a_variant(VariantName="b"), AsyncInferenceConfig=ASYNC),
            "asynchronous endpoint has one production variant only",
        ),
        (a_config(AsyncInferenceConfig={"OutputConfig": {}}), "S3OutputPath is required"),
        (
            a_config(DataCaptureConfig=CAPTURE | {"DestinationS3Uri": "https://out/x"}),
            "is not an S3 URI",
        ),
        (
            a_config(a_variant(RoutingConfig={"RoutingStrategy": "PREFIX_AWARE"})),
            "does not emulate PREFIX_AWARE",
        ),
    ],
)
def test_a_configuration_that_could_not_be_served_is_refused(
    cloud: Cloud, config: dict[str, Any], message: str
) -> None:
    cloud.call("CreateModel", **a_model())

    answer = cloud.call("CreateEndpointConfig", **config)

    assert answer["__type"] == "ValidationException"
    assert message in answer["message"]
    assert cloud.call("ListEndpointConfigs") == {"EndpointConfigs": []}


def test_names_in_use_are_refused_in_the_words_of_aws(cloud: Cloud) -> None:
    cloud.call("CreateModel", **a_model())
    cloud.call("CreateEndpointConfig", **a_config())

    again = cloud.call("CreateModel", **a_model()), cloud.call("CreateEndpointConfig", **a_config())

    assert [answer["message"] for answer in again] == [
        f'Cannot create already existing model "{ARN}model/churn".',
        f'Cannot create already existing endpoint configuration "{ARN}endpoint-config/churn-1".',
    ]


@pytest.mark.parametrize("verb", ["Describe", "Delete"])
def test_what_does_not_exist_is_not_found_in_the_words_of_aws(cloud: Cloud, verb: str) -> None:
    answers = [
        cloud.call(f"{verb}Model", ModelName="no"),
        cloud.call(f"{verb}EndpointConfig", EndpointConfigName="no"),
        cloud.call(f"{verb}Endpoint", EndpointName="no"),
    ]

    assert [(answer["__type"], answer["message"]) for answer in answers] == [
        ("ValidationException", f'Could not find model "{ARN}model/no".'),
        (
            "ValidationException",
            f'Could not find endpoint configuration "{ARN}endpoint-config/no".',
        ),
        ("ValidationException", f'Could not find endpoint "{ARN}endpoint/no".'),
    ]


def test_deleting_takes_the_tags_too(cloud: Cloud) -> None:
    cloud.call("CreateModel", **a_model(Tags=[{"Key": "team", "Value": "churn"}]))

    assert cloud.call("DeleteModel", ModelName="churn") == {}

    assert "does not exist" in cloud.call("ListTags", ResourceArn=f"{ARN}model/churn")["message"]


def test_a_model_that_comes_or_goes_is_an_event(cloud: Cloud) -> None:
    cloud.call("CreateModel", **a_model())
    cloud.call("DeleteModel", ModelName="churn")

    kinds = [(event.detail_type, event.resources) for event in cloud.events]
    assert kinds == 2 * [("SageMaker Model State Change", (f"{ARN}model/churn",))]


def test_lists_begin_with_the_newest(cloud: Cloud) -> None:
    for name in ("a", "b", "c"):
        cloud.call("CreateModel", **a_model(name))

    listed = cloud.call("ListModels", MaxResults=2)

    assert [model["ModelName"] for model in listed["Models"]] == ["c", "b"]
    assert "NextToken" in listed
