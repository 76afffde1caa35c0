"""SageMaker's adapters, against botocore's stub: what they send, and what they make of answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.builders import ENDPOINT, ENDPOINT_ARN, JOB, JOB_ARN
from trainwright.aws import clients
from trainwright.aws.resources import SageMakerResources
from trainwright.aws.serving import SageMakerEndpoints, SageMakerModels
from trainwright.aws.training import SageMakerRegistry, SageMakerTrainingJobs
from trainwright.errors import InvalidRequestError, NotReadyError, ThrottledError
from trainwright.models.task import Phase

NOW = datetime(2026, 11, 20, tzinfo=UTC)
GROUP_ARN = "arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/demo-churn"
ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture
def sagemaker(aws: None) -> Iterator[Stubber]:
    """Give the stub of SageMaker; every answer in it must be used."""
    with Stubber(clients.sagemaker()) as stub:
        yield stub
        stub.assert_no_pending_responses()


def refuse(stub: Stubber, operation: str, code: str = "ValidationException") -> None:
    """Let the next call of *operation* fail with *code*."""
    stub.add_client_error(operation, code, f"{operation} was refused", http_status_code=400)


def endpoint(status: str, config: str = "old", **fields: Any) -> dict[str, Any]:
    """Return DescribeEndpoint's answer."""
    plain = {
        "EndpointName": ENDPOINT,
        "EndpointArn": ENDPOINT_ARN,
        "EndpointConfigName": config,
        "EndpointStatus": status,
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
    }
    return plain | fields


def job(status: str, secondary: str, **fields: Any) -> dict[str, Any]:
    """Return DescribeTrainingJob's answer."""
    plain = {
        "TrainingJobName": JOB,
        "TrainingJobArn": JOB_ARN,
        "ModelArtifacts": {"S3ModelArtifacts": "s3://b/model.tar.gz"},
        "TrainingJobStatus": status,
        "SecondaryStatus": secondary,
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "ResourceConfig": {"VolumeSizeInGB": 1},
        "StoppingCondition": {},
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
    }
    return plain | fields


JOB_REQUEST = {
    "TrainingJobName": JOB,
    "AlgorithmSpecification": {"TrainingInputMode": "File"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": "s3://b/"},
    "ResourceConfig": {"VolumeSizeInGB": 1},
    "StoppingCondition": {},
}


def test_a_job_that_exists_already_is_not_created_twice(sagemaker: Stubber) -> None:
    sagemaker.add_response("create_training_job", {"TrainingJobArn": JOB_ARN})
    refuse(sagemaker, "create_training_job", "ResourceInUse")

    assert [SageMakerTrainingJobs().create(JOB_REQUEST) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", ThrottledError),
        ("ResourceLimitExceeded", NotReadyError),
        ("ValidationException", InvalidRequestError),
    ],
)
def test_awss_errors_become_ours(sagemaker: Stubber, code: str, error: type[Exception]) -> None:
    refuse(sagemaker, "create_training_job", code)

    with pytest.raises(error, match="create_training_job was refused"):
        SageMakerTrainingJobs().create(JOB_REQUEST)


def test_an_error_nobody_reacts_to_stays_awss(sagemaker: Stubber) -> None:
    refuse(sagemaker, "create_training_job", "AccessDeniedException")

    with pytest.raises(clients.sagemaker().exceptions.ClientError, match="AccessDenied"):
        SageMakerTrainingJobs().create(JOB_REQUEST)


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFound"])
def test_a_job_that_has_ended_needs_no_stopping(sagemaker: Stubber, code: str) -> None:
    refuse(sagemaker, "stop_training_job", code)

    assert not SageMakerTrainingJobs().stop(JOB)


def test_a_completed_job_is_described_with_its_metrics(sagemaker: Stubber) -> None:
    metrics = [{"MetricName": "score", "Value": 0.5, "Timestamp": NOW}]
    answer = job("Completed", "Completed", FinalMetricDataList=metrics, BillableTimeInSeconds=7)
    sagemaker.add_response("describe_training_job", answer, {"TrainingJobName": JOB})

    state = SageMakerResources().describe(JOB_ARN)

    assert state.phase is Phase.SUCCEEDED
    assert state.output == {
        "job": JOB,
        "artifact": "s3://b/model.tar.gz",
        "metrics": {"score": 0.5},
        "seconds": 7,
    }


@pytest.mark.parametrize(
    ("status", "secondary", "fields", "error", "reason"),
    [
        ("Failed", "Failed", {"FailureReason": "AlgorithmError: no"}, "TrainingFailedError", "no"),
        ("Stopped", "Stopped", {}, "TrainingStoppedError", "on request"),
        ("Stopped", "MaxRuntimeExceeded", {}, "TrainingStoppedError", "longest allowed"),
    ],
)
def test_the_ways_in_which_a_job_ends_badly(
    sagemaker: Stubber, status: str, secondary: str, fields: Any, error: str, reason: str
) -> None:
    sagemaker.add_response("describe_training_job", job(status, secondary, **fields))

    state = SageMakerResources().describe(JOB_ARN)

    assert (state.phase, state.error) == (Phase.FAILED, error)
    assert reason in state.reason


def test_a_resource_that_is_not_there_is_missing(sagemaker: Stubber) -> None:
    refuse(sagemaker, "describe_endpoint")

    assert SageMakerResources().describe(ENDPOINT_ARN).phase is Phase.MISSING


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("Creating", Phase.RUNNING),
        ("Updating", Phase.RUNNING),
        ("RollingBack", Phase.RUNNING),
        ("InService", Phase.SUCCEEDED),
        ("Failed", Phase.FAILED),
        ("OutOfService", Phase.FAILED),
    ],
)
def test_the_phases_of_an_endpoint(sagemaker: Stubber, status: str, phase: Phase) -> None:
    sagemaker.add_response("describe_endpoint", endpoint(status))

    state = SageMakerResources().describe(ENDPOINT_ARN)

    assert state.phase is phase
    assert state.config == ("old" if phase is Phase.SUCCEEDED else "")


NAMES = {"EndpointName": ENDPOINT, "EndpointConfigName": JOB}


def test_an_endpoint_that_serves_nothing_is_created(sagemaker: Stubber) -> None:
    answer = {"EndpointArn": ENDPOINT_ARN}
    sagemaker.add_response("create_endpoint", answer, NAMES | {"Tags": []})

    assert SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving="")


def test_an_endpoint_that_serves_something_else_is_updated(sagemaker: Stubber) -> None:
    sagemaker.add_response("update_endpoint", {"EndpointArn": ENDPOINT_ARN}, NAMES)

    assert SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving="old")


def test_an_endpoint_that_serves_what_is_asked_for_is_left_alone(sagemaker: Stubber) -> None:
    assert not SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving=JOB)


def test_without_knowing_what_serves_the_endpoint_is_looked_at(sagemaker: Stubber) -> None:
    sagemaker.add_response("describe_endpoint", endpoint("InService", JOB))

    assert not SageMakerEndpoints().deploy(ENDPOINT, JOB, [])


def test_a_creation_that_was_done_before_is_as_good(sagemaker: Stubber) -> None:
    refuse(sagemaker, "create_endpoint")
    sagemaker.add_response("describe_endpoint", endpoint("InService", JOB))

    assert not SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving="")


def test_a_change_that_is_refused_for_another_reason_stays_refused(sagemaker: Stubber) -> None:
    refuse(sagemaker, "update_endpoint")
    sagemaker.add_response("describe_endpoint", endpoint("InService"))

    with pytest.raises(InvalidRequestError, match="update_endpoint was refused"):
        SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving="old")


@pytest.mark.parametrize("status", ["Creating", "Updating", "RollingBack"])
def test_an_endpoint_that_changes_is_not_ready(sagemaker: Stubber, status: str) -> None:
    refuse(sagemaker, "update_endpoint")
    sagemaker.add_response("describe_endpoint", endpoint(status, JOB))

    with pytest.raises(NotReadyError, match=f"is {status}"):
        SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving="old")


def test_a_failed_endpoint_is_deleted_before_it_is_made_anew(sagemaker: Stubber) -> None:
    refuse(sagemaker, "create_endpoint")
    for _ in range(2):
        sagemaker.add_response("describe_endpoint", endpoint("Failed"))
    sagemaker.add_response("delete_endpoint", {}, {"EndpointName": ENDPOINT})

    with pytest.raises(NotReadyError, match="had failed"):
        SageMakerEndpoints().deploy(ENDPOINT, JOB, [], serving="")


def test_throttling_is_never_mistaken_for_absence(sagemaker: Stubber) -> None:
    refuse(sagemaker, "describe_endpoint", "ThrottlingException")

    with pytest.raises(ThrottledError):
        SageMakerEndpoints().deploy(ENDPOINT, JOB, [])


def test_a_model_that_exists_already_is_as_good(sagemaker: Stubber) -> None:
    refuse(sagemaker, "create_model")
    answer = {
        "ModelName": JOB,
        "CreationTime": NOW,
        "ModelArn": JOB_ARN,
        "ExecutionRoleArn": ROLE,
    }
    sagemaker.add_response("describe_model", answer)
    config_arn = ENDPOINT_ARN.replace("endpoint/", "endpoint-config/")
    sagemaker.add_response("create_endpoint_config", {"EndpointConfigArn": config_arn})

    SageMakerModels().create(
        {"ModelName": JOB},
        {"EndpointConfigName": JOB, "ProductionVariants": [{"VariantName": "v"}]},
    )


def test_a_model_that_is_refused_stays_refused(sagemaker: Stubber) -> None:
    refuse(sagemaker, "create_model")
    refuse(sagemaker, "describe_model")

    with pytest.raises(InvalidRequestError, match="create_model was refused"):
        SageMakerModels().create({"ModelName": JOB}, {"EndpointConfigName": JOB})


def test_removing_a_configuration_removes_its_model(sagemaker: Stubber) -> None:
    sagemaker.add_response("delete_endpoint_config", {}, {"EndpointConfigName": JOB})
    sagemaker.add_response("delete_model", {}, {"ModelName": JOB})

    assert SageMakerModels().remove(JOB) == (JOB,)


def test_a_model_without_its_configuration_is_removed_too(sagemaker: Stubber) -> None:
    refuse(sagemaker, "delete_endpoint_config")
    sagemaker.add_response("delete_model", {}, {"ModelName": JOB})

    assert SageMakerModels().remove(JOB) == (JOB,)


def test_removing_what_is_not_there_removes_nothing(sagemaker: Stubber) -> None:
    refuse(sagemaker, "delete_endpoint_config")
    refuse(sagemaker, "delete_model")

    assert SageMakerModels().remove(JOB) == ()


def test_a_first_version_makes_the_group(sagemaker: Stubber) -> None:
    group, package = {"ModelPackageGroupName": ENDPOINT}, {"ModelPackageGroupName": ENDPOINT}
    arn = GROUP_ARN.replace("-group", "") + "/1"
    refuse(sagemaker, "create_model_package")
    sagemaker.add_response("create_model_package_group", {"ModelPackageGroupArn": GROUP_ARN}, group)
    sagemaker.add_response("create_model_package", {"ModelPackageArn": arn}, package)

    assert SageMakerRegistry().register(group, package) == arn


def test_a_second_version_joins_the_group(sagemaker: Stubber) -> None:
    arn = GROUP_ARN.replace("-group", "") + "/2"
    sagemaker.add_response("create_model_package", {"ModelPackageArn": arn})

    assert SageMakerRegistry().register({"ModelPackageGroupName": ENDPOINT}, {}) == arn


def test_a_version_that_is_refused_for_itself_is_an_error(sagemaker: Stubber) -> None:
    described = {
        "ModelPackageGroupName": ENDPOINT,
        "ModelPackageGroupArn": GROUP_ARN,
        "CreationTime": NOW,
        "CreatedBy": {},
        "ModelPackageGroupStatus": "Completed",
    }
    refuse(sagemaker, "create_model_package")
    refuse(sagemaker, "create_model_package_group")
    sagemaker.add_response("describe_model_package_group", described)
    refuse(sagemaker, "create_model_package")

    with pytest.raises(InvalidRequestError):
        SageMakerRegistry().register({"ModelPackageGroupName": ENDPOINT}, {})
