"""What the ends of all that a pipeline's steps wait for mean, as AWS describes them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from trainwright.aws import clients
from trainwright.aws.resources import SageMakerResources
from trainwright.models.task import Phase

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ACCOUNT = "eu-west-1:123456789012"
PLACES = {"train": "s3://shop/out/train"}
PROCESSING: dict[str, Any] = {
    "ProcessingJobName": "demo-1",
    "ProcessingResources": {
        "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
    },
    "ProcessingOutputConfig": {
        "Outputs": [
            {
                "OutputName": "train",
                "S3Output": {
                    "S3Uri": PLACES["train"],
                    "LocalPath": "/opt/ml/processing/output/train",
                    "S3UploadMode": "EndOfJob",
                },
            }
        ]
    },
    "AppSpecification": {"ImageUri": "i"},
    "ProcessingJobArn": f"arn:aws:sagemaker:{ACCOUNT}:processing-job/demo-1",
    "CreationTime": NOW,
}
TRANSFORM: dict[str, Any] = {
    "TransformJobName": "demo-1",
    "TransformJobArn": f"arn:aws:sagemaker:{ACCOUNT}:transform-job/demo-1",
    "ModelName": "m",
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://shop/in"}}
    },
    "TransformOutput": {"S3OutputPath": "s3://shop/out"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    "CreationTime": NOW,
}
TUNING: dict[str, Any] = {
    "HyperParameterTuningJobName": "demo-1",
    "HyperParameterTuningJobArn": f"arn:aws:sagemaker:{ACCOUNT}:hyper-parameter-tuning-job/demo-1",
    "HyperParameterTuningJobConfig": {
        "Strategy": "Random",
        "ResourceLimits": {"MaxParallelTrainingJobs": 1},
    },
    "CreationTime": NOW,
    "TrainingJobStatusCounters": {},
    "ObjectiveStatusCounters": {},
}
JOBS = {
    "processing-job": ("describe_processing_job", "ProcessingJobStatus", PROCESSING),
    "transform-job": ("describe_transform_job", "TransformJobStatus", TRANSFORM),
    "hyper-parameter-tuning-job": (
        "describe_hyper_parameter_tuning_job",
        "HyperParameterTuningJobStatus",
        TUNING,
    ),
}
EXECUTION = f"arn:aws:states:{ACCOUNT}:execution:demo-pipeline:churn-1"
REASON = "CapacityError: none of these are free"


@pytest.fixture
def sagemaker(aws: None) -> Iterator[Stubber]:
    """Give the stub of SageMaker; every answer in it must be used."""
    with Stubber(clients.sagemaker()) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def states(aws: None) -> Iterator[Stubber]:
    """Give the stub of Step Functions."""
    with Stubber(clients.stepfunctions()) as stub:
        yield stub


@pytest.mark.parametrize("family", JOBS)
@pytest.mark.parametrize(
    ("status", "phase", "error"),
    [
        ("InProgress", Phase.RUNNING, ""),
        ("Stopping", Phase.RUNNING, ""),
        ("Completed", Phase.SUCCEEDED, ""),
        ("Failed", Phase.FAILED, "CapacityError"),
        ("Stopped", Phase.FAILED, "StepFailedError"),
    ],
)
def test_a_job_is_as_far_as_its_status_says(
    sagemaker: Stubber, family: str, status: str, phase: Phase, error: str
) -> None:
    operation, field, answer = JOBS[family]
    sagemaker.add_response(operation, answer | {field: status, "FailureReason": REASON})

    found = SageMakerResources().describe(f"arn:aws:sagemaker:{ACCOUNT}:{family}/demo-1")

    assert (found.phase, found.error) == (phase, error)
    assert found.reason == (REASON if error else "")
    if phase is Phase.SUCCEEDED:
        assert found.output["job"] == "demo-1"


@pytest.mark.parametrize("family", JOBS)
@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFound"])
def test_a_job_that_is_not_there_is_missing(sagemaker: Stubber, family: str, code: str) -> None:
    sagemaker.add_client_error(JOBS[family][0], code)

    found = SageMakerResources().describe(f"arn:aws:sagemaker:{ACCOUNT}:{family}/demo-1")

    assert found.phase is Phase.MISSING


def test_a_processing_job_gives_its_outputs_by_name(sagemaker: Stubber) -> None:
    ended = {"ProcessingJobStatus": "Completed", "ExitMessage": "42"}
    sagemaker.add_response("describe_processing_job", PROCESSING | ended)

    found = SageMakerResources().describe(PROCESSING["ProcessingJobArn"])

    assert found.output == {"job": "demo-1", "outputs": PLACES, "exit_message": "42"}


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("RUNNING", Phase.RUNNING),
        ("SUCCEEDED", Phase.SUCCEEDED),
        ("FAILED", Phase.FAILED),
        ("TIMED_OUT", Phase.FAILED),
        ("ABORTED", Phase.FAILED),
    ],
)
def test_an_execution_gives_its_output_or_its_cause(
    states: Stubber, status: str, phase: Phase
) -> None:
    answer = {
        "executionArn": EXECUTION,
        "stateMachineArn": EXECUTION.replace(":execution:", ":stateMachine:"),
        "status": status,
        "startDate": NOW,
        "output": '{"status": "Succeeded"}',
        "cause": "the disk is full",
    }
    states.add_response("describe_execution", answer)

    found = SageMakerResources().describe(EXECUTION)

    assert found.phase is phase
    if phase is Phase.SUCCEEDED:
        assert found.output == {"status": "Succeeded", "execution": EXECUTION}
    if phase is Phase.FAILED:
        assert "the disk is full" in found.reason


def test_an_execution_that_is_not_there_is_missing(states: Stubber) -> None:
    states.add_client_error("describe_execution", "ExecutionDoesNotExist")

    assert SageMakerResources().describe(EXECUTION).phase is Phase.MISSING


def test_nothing_of_aws_knows_what_a_person_decides() -> None:
    assert SageMakerResources().describe("approval/churn-1/ask").phase is Phase.RUNNING
