"""What would be ignored is refused, and says what it is."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.builders import IMAGE, Cloud, a_channel, a_request
from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.training.admission import admit

pytestmark = pytest.mark.usefixtures("no_engine")

ALGORITHM = a_request()["AlgorithmSpecification"]
RESOURCES = a_request()["ResourceConfig"]
SCRIPT = a_request()["HyperParameters"]
S3 = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/"}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"InputDataConfig": None},
        {"InputDataConfig": [a_channel(InputMode="FastFile")]},
        {"InputDataConfig": [a_channel(ShuffleConfig={"Seed": 1})]},
        {"InputDataConfig": [a_channel("one"), a_channel("other")]},
        {"ResourceConfig": {**RESOURCES, "InstanceCount": 16}},
        {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}},
        {"OutputDataConfig": {"S3OutputPath": "s3://data/models", "KmsKeyId": "key"}},
        {
            "RetryStrategy": {"MaximumRetryAttempts": 2},
            "EnableManagedSpotTraining": True,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
        },
        {"CheckpointConfig": {"S3Uri": "s3://data/c", "LocalPath": "/opt/ml/mine"}},
        {"ProfilerConfig": {"DisableProfiler": True}},
        {"EnableNetworkIsolation": True},
        {"OutputDataConfig": {"S3OutputPath": "s3://data/m", "CompressionType": "NONE"}},
        {
            "AlgorithmSpecification": {**ALGORITHM, "ContainerEntrypoint": ["bash"]},
            "HyperParameters": {},
        },
        {"ProfilerConfig": {"DisableProfiler": False, "S3OutputPath": "s3://data/profiles"}},
        {"DebugHookConfig": {"S3OutputPath": "s3://data/hook", "CollectionConfigurations": []}},
        {"HyperParameters": {k: v.strip('"') for k, v in SCRIPT.items()}},
    ],
)
def test_these_are_accepted(members: dict[str, Any]) -> None:
    admit(a_request(**members))


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"AlgorithmSpecification": {**ALGORITHM, "TrainingImage": "mine:1"}}, "image mine:1"),
        (
            {"AlgorithmSpecification": {**ALGORITHM, "TrainingImage": "mine:1"}},
            "Any other image needs docker or podman, and neither answers on this machine",
        ),
        ({"AlgorithmSpecification": {**ALGORITHM, "TrainingInputMode": "Pipe"}}, "Pipe"),
        ({"AlgorithmSpecification": {**ALGORITHM, "AlgorithmName": "mine"}}, "AlgorithmName"),
        ({"AlgorithmSpecification": None}, "TrainingImage is missing"),
        (
            {
                "AlgorithmSpecification": {
                    **ALGORITHM,
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(["}],
                }
            },
            "The Regex of metric loss is not valid",
        ),
        (
            {
                "AlgorithmSpecification": {
                    **ALGORITHM,
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=.*"}],
                }
            },
            "captures nothing",
        ),
        ({"HyperParameters": {}}, "set the hyperparameters sagemaker_program"),
        ({"HyperParameters": {**SCRIPT, "sagemaker_program": "../up.py"}}, "../up.py"),
        ({"HyperParameters": {**SCRIPT, "sagemaker_program": "-c"}}, "-c"),
        ({"HyperParameters": {**SCRIPT, "sagemaker_submit_directory": "/opt/ml"}}, "/opt/ml"),
        ({"ResourceConfig": None}, "ResourceConfig is missing"),
        ({"ResourceConfig": {"InstanceCount": 1}}, "InstanceType is missing"),
        ({"ResourceConfig": {**RESOURCES, "InstanceCount": 0}}, "InstanceCount must be at least 1"),
        (
            {"ResourceConfig": {**RESOURCES, "InstanceGroups": [{}]}},
            "ResourceConfig.InstanceGroups",
        ),
        (
            {"ResourceConfig": {**RESOURCES, "KeepAlivePeriodInSeconds": 60}},
            "ResourceConfig.KeepAlivePeriodInSeconds",
        ),
        ({"InputDataConfig": [a_channel(InputMode="Pipe")]}, "InputDataConfig.1.InputMode Pipe"),
        ({"InputDataConfig": [a_channel(), a_channel()]}, "names a channel twice"),
        ({"InputDataConfig": [a_channel(CompressionType="Gzip")]}, "CompressionType must be None"),
        (
            {"InputDataConfig": [a_channel(RecordWrapperType="RecordIO")]},
            "RecordWrapperType must be None in File mode",
        ),
        ({"InputDataConfig": [a_channel(uri="https://data/x")]}, "is not an S3 URI"),
        (
            {
                "InputDataConfig": [
                    {
                        "ChannelName": "train",
                        "DataSource": {
                            "S3DataSource": {**S3, "S3DataType": "AugmentedManifestFile"}
                        },
                    }
                ]
            },
            "AugmentedManifestFile can only be used with the input mode Pipe, which the local",
        ),
        (
            {
                "InputDataConfig": [
                    {"ChannelName": "train", "DataSource": {"FileSystemDataSource": {}}}
                ]
            },
            "other than S3DataSource",
        ),
        ({"CheckpointConfig": {"S3Uri": "s3://data/c", "LocalPath": "/tmp/c"}}, "cannot be /tmp/c"),
        (
            {"ProfilerConfig": {"ProfilingParameters": {"DetailedProfilingConfig": "{}"}}},
            "ProfilerConfig.ProfilingParameters",
        ),
        (
            {
                "DebugHookConfig": {
                    "S3OutputPath": "s3://data/hook",
                    "CollectionConfigurations": [{"CollectionName": "losses"}],
                }
            },
            "DebugHookConfig.CollectionConfigurations",
        ),
        (
            {"AlgorithmSpecification": {**ALGORITHM, "ContainerArguments": ["-c"]}},
            "need a ContainerEntrypoint",
        ),
    ],
)
def test_these_are_refused(members: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationException) as refused:
        admit(a_request(**members))

    assert problem in refused.value.message


def test_a_refused_job_does_not_exist(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)
    unknown = {**ALGORITHM, "TrainingImage": IMAGE.replace("scikit-learn", "cobol")}

    answer = cloud.call("CreateTrainingJob", **a_request(AlgorithmSpecification=unknown))

    assert answer["__type"] == "ValidationException"
    assert "sagemaker-cobol" in answer["message"]
    assert "sagemaker-scikit-learn" in answer["message"]
    found = cloud.call("DescribeTrainingJob", TrainingJobName="churn-1")
    assert found["message"] == "Requested resource not found."
    assert cloud.events == []
