"""What DescribeProcessingJob answers, what changes publish, what a job is told of itself."""

from pathlib import Path

import pytest

from tests.unit.local.processing.builders import a_job, an_input, an_output
from tests.unit.local.training.builders import Cloud
from trainwright_local.sagemaker.processing.opt_ml import configuration
from trainwright_local.sagemaker.processing.records import PROCESSING, new_record


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def add(cloud: Cloud, name: str, *stages: str) -> None:
    record = new_record(a_job(name), cloud.context)
    PROCESSING.collection(cloud.context).put(name, record)
    for stage in stages:
        PROCESSING.advance(cloud.context, name, stage)


def test_what_was_not_given_is_described_as_aws_does(cloud: Cloud) -> None:
    record = new_record(a_job(StoppingCondition=None, Tags=[]), cloud.context)

    assert record["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    assert record["ProcessingJobStatus"] == "InProgress"
    assert record["ProcessingJobArn"].endswith(":processing-job/clean-1")
    [item] = record["ProcessingInputs"]
    assert item["AppManaged"] is False
    assert item["S3Input"]["S3DataDistributionType"] == "FullyReplicated"
    [output] = record["ProcessingOutputConfig"]["Outputs"]
    assert output == {"AppManaged": False, **an_output()}
    assert "Tags" not in record


def test_only_a_change_of_status_is_an_event(cloud: Cloud) -> None:
    add(cloud, "clean-1", "Pending", "Starting", "Downloading", "Processing", "Uploading")
    assert cloud.events == []

    PROCESSING.advance(cloud.context, "clean-1", "Completed")

    [event] = cloud.events
    job = cloud.call("DescribeProcessingJob", ProcessingJobName="clean-1")
    assert event.detail_type == "SageMaker Processing Job State Change"
    assert event.resources == (job["ProcessingJobArn"],)
    assert event.detail["ProcessingEndTime"] == round(job["ProcessingEndTime"] * 1000)
    assert job["ProcessingStartTime"] <= job["ProcessingEndTime"] == job["LastModifiedTime"]


def test_jobs_are_listed_by_status(cloud: Cloud) -> None:
    add(cloud, "done", "Processing", "Completed")
    add(cloud, "broken")
    PROCESSING.advance(cloud.context, "broken", "Failed", "AlgorithmError: , exit code: 1")

    [summary] = cloud.call("ListProcessingJobs", StatusEquals="Failed")["ProcessingJobSummaries"]

    assert summary["ProcessingJobName"] == "broken"
    assert summary["FailureReason"] == "AlgorithmError: , exit code: 1"
    assert "ProcessingInputs" not in summary


def test_a_job_that_the_last_life_left_unfinished_fails_with_its_event(tmp_path: Path) -> None:
    add(Cloud(tmp_path), "cut-off", "Processing")
    after = Cloud(tmp_path)

    after.service.start()

    job = after.call("DescribeProcessingJob", ProcessingJobName="cut-off")
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "InternalServerError: The local cloud ended while this processing job was under way."
    )
    assert [event.detail["ProcessingJobStatus"] for event in after.events] == ["Failed"]


def test_a_job_is_told_all_that_was_asked(cloud: Cloud) -> None:
    told = configuration(new_record(a_job(ProcessingInputs=[an_input()]), cloud.context))

    assert told.keys() == {
        "ProcessingJobArn",
        "ProcessingJobName",
        "AppSpecification",
        "Environment",
        "ProcessingInputs",
        "ProcessingOutputConfig",
        "ProcessingResources",
        "RoleArn",
        "StoppingCondition",
    }
    assert told["AppSpecification"]["ContainerArguments"] is None
    assert told["ProcessingOutputConfig"]["KmsKeyId"] is None
    assert told["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] is None
