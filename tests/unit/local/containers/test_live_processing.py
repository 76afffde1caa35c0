"""Processing and transform jobs whose images nobody emulates, run by the engine of this machine."""

from typing import Any

import pytest

from tests.unit.local.containers.client import Containers
from tests.unit.local.containers.engines import IMAGE
from tests.unit.local.processing.builders import a_job, an_input, an_output
from tests.unit.local.processing.client import GROUP, Processing
from tests.unit.local.training.builders import ROLE
from tests.unit.local.training.client import until

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def processing(containers: Containers) -> Processing:
    containers.client("logs").create_log_group(logGroupName=GROUP)
    return Processing(containers)


def start(processing: Processing, name: str, **members: Any) -> None:
    """Start a job of the image on two files."""
    for key in ("a", "b"):
        processing.put(f"{name}/in/{key}", f"{key}\n")
    command = {"ImageUri": IMAGE, "ContainerEntrypoint": ["process"]}
    request = a_job(
        name,
        AppSpecification=command | members.pop("AppSpecification", {}),
        ProcessingInputs=[an_input("in", f"s3://data/{name}/in/")],
        ProcessingOutputConfig={"Outputs": [an_output("out", f"s3://data/{name}/out")]},
        **members,
    )
    processing.sagemaker.create_processing_job(**request)


def test_an_image_processes_as_its_role(processing: Processing) -> None:
    words = {"ContainerArguments": ["--rows", "two words"]}

    start(processing, "works", AppSpecification=words, Environment={"TEAM": "churn"})

    job = processing.completed("works")
    assert processing.lines("works") == [
        "--rows two words credentials",
        '{"current_host": "algo-1", "hosts": ["algo-1"]}',
    ]
    assert processing.objects("works/out/") == {"all": "a\nb\n"}
    assert job["ExitMessage"] == "churn done\n"


def test_an_image_that_fails_leaves_its_message(
    containers: Containers, processing: Processing
) -> None:
    start(processing, "fails", Environment={"TEAM": "fails"})

    job = processing.ended("fails")

    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: , exit code: 5"
    assert job["ExitMessage"] == "fails done\n"
    assert not containers.names("fails")


def test_an_isolated_image_has_no_credentials(processing: Processing) -> None:
    start(processing, "alone", NetworkConfig={"EnableNetworkIsolation": True})

    processing.completed("alone")

    assert processing.lines("alone")[0].strip() == ""


def test_a_container_is_gone_when_its_job_is_stopped(
    containers: Containers, processing: Processing
) -> None:
    start(processing, "stays", Environment={"TEAM": "waits"})
    until(lambda: "begun" in processing.lines("stays"))
    assert containers.names("stays")

    processing.sagemaker.stop_processing_job(ProcessingJobName="stays")

    assert processing.ended("stays")["ProcessingJobStatus"] == "Stopped"
    assert not containers.names("stays")


def test_instances_find_each_other(processing: Processing) -> None:
    two = {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 5}
    command = {"ContainerEntrypoint": ["sh", "-c"], "ContainerArguments": ["cat /etc/hosts"]}

    start(processing, "two", AppSpecification=command, ProcessingResources={"ClusterConfig": two})

    processing.completed("two")
    for host in ("algo-1", "algo-2"):
        words = {tuple(line.split()) for line in processing.lines("two", host)}
        assert words >= {("127.0.0.1", "algo-1"), ("127.0.0.2", "algo-2")}


def test_an_image_that_is_not_there_fails_the_job(processing: Processing) -> None:
    start(processing, "missing", AppSpecification={"ImageUri": "localhost/no-such-image:1"})

    reason = processing.ended("missing")["FailureReason"]

    assert reason.startswith("ClientError: Cannot pull")
    assert "no-such-image" in reason


def test_a_transform_job_asks_its_container(containers: Containers, processing: Processing) -> None:
    container = containers.a_container("weights")
    containers.sagemaker.create_model(
        ModelName="batch", ExecutionRoleArn=ROLE, PrimaryContainer=container
    )
    processing.put("batch/in/rows", "1\n2\n")

    containers.sagemaker.create_transform_job(
        TransformJobName="batch",
        ModelName="batch",
        BatchStrategy="SingleRecord",
        TransformInput={
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/batch/in/"}
            },
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        TransformOutput={"S3OutputPath": "s3://data/batch/out/", "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )

    def job() -> dict[str, Any]:
        described: dict[str, Any] = containers.sagemaker.describe_transform_job(
            TransformJobName="batch"
        )
        return described

    until(lambda: job()["TransformJobStatus"] != "InProgress")
    assert job()["TransformJobStatus"] == "Completed", job()
    assert processing.objects("batch/out/") == {"rows.out": "weights 1\nweights 2\n"}
    assert not containers.names("batch")
