"""What DescribeTrainingJob answers, and what its changes publish."""

from pathlib import Path

import pytest

from tests.unit.local.training.builders import Cloud, a_request
from trainwright_local.sagemaker.jobs.failures import AlgorithmError
from trainwright_local.sagemaker.jobs.queue import Jobs
from trainwright_local.sagemaker.training import records
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.training.script import script_failure


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def add(cloud: Cloud, name: str, *statuses: str) -> None:
    record = records.new_record(a_request(name), cloud.context)
    for status in statuses:
        TRAINING.enter(record, status)
    TRAINING.collection(cloud.context).put(name, record)


def test_a_new_job_is_starting_and_knows_where_its_model_will_be(cloud: Cloud) -> None:
    record = records.new_record(a_request(Tags=[{"Key": "a", "Value": "b"}]), cloud.context)

    assert (record["TrainingJobStatus"], record["SecondaryStatus"]) == ("InProgress", "Starting")
    assert record["ModelArtifacts"] == {
        "S3ModelArtifacts": "s3://data/models/churn-1/output/model.tar.gz"
    }
    assert record["TrainingJobArn"].endswith(":training-job/churn-1")
    assert "Tags" not in record
    assert "TrainingStartTime" not in record


def test_a_job_may_run_a_day_unless_it_says_otherwise(cloud: Cloud) -> None:
    record = records.new_record(a_request(StoppingCondition=None), cloud.context)

    assert record["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}


def test_the_key_that_was_not_given_is_described(cloud: Cloud) -> None:
    add(cloud, "churn-1")

    described = cloud.call("DescribeTrainingJob", TrainingJobName="churn-1")

    assert described["OutputDataConfig"] == {"KmsKeyId": "", "S3OutputPath": "s3://data/models"}


def test_each_transition_ends_where_the_next_begins(cloud: Cloud) -> None:
    add(cloud, "churn-1", "Downloading", "Training", "Uploading", "Completed")

    job = cloud.call("DescribeTrainingJob", TrainingJobName="churn-1")

    steps = job["SecondaryStatusTransitions"]
    assert [step["EndTime"] for step in steps[:-1]] == [step["StartTime"] for step in steps[1:]]
    assert job["TrainingStartTime"] == steps[1]["StartTime"]
    assert job["TrainingEndTime"] == steps[-1]["EndTime"] == job["LastModifiedTime"]
    assert job["BillableTimeInSeconds"] == job["TrainingTimeInSeconds"] == 1


def test_a_job_that_never_trained_has_no_training_time(cloud: Cloud) -> None:
    add(cloud, "churn-1", "Failed")

    job = cloud.call("DescribeTrainingJob", TrainingJobName="churn-1")

    assert {"TrainingStartTime", "TrainingEndTime", "BillableTimeInSeconds"}.isdisjoint(job)


def test_jobs_are_listed_by_status_in_pages(cloud: Cloud) -> None:
    for number in range(3):
        add(cloud, f"done-{number}", "Training", "Completed")
    add(cloud, "broken", "Training", "Failed")

    first = cloud.call("ListTrainingJobs", StatusEquals="Completed", MaxResults=2)
    second = cloud.call(
        "ListTrainingJobs",
        StatusEquals="Completed",
        MaxResults=2,
        NextToken=first["NextToken"],
    )

    summaries = first["TrainingJobSummaries"] + second["TrainingJobSummaries"]
    assert [job["TrainingJobName"] for job in summaries] == ["done-0", "done-1", "done-2"]
    assert "NextToken" not in second
    assert summaries[0].keys() == {
        "TrainingJobName",
        "TrainingJobArn",
        "CreationTime",
        "TrainingEndTime",
        "LastModifiedTime",
        "TrainingJobStatus",
        "SecondaryStatus",
    }


def test_a_job_that_the_last_life_left_unfinished_fails_with_its_event(tmp_path: Path) -> None:
    before = Cloud(tmp_path)
    add(before, "cut-off", "Downloading", "Training")
    add(before, "done", "Training", "Completed")
    jobs = before.service.config.state_dir / "jobs" / "000000000000" / "eu-west-1"
    left = jobs / "training-jobs" / "cut-off"
    left.mkdir(parents=True)

    after = Cloud(tmp_path)
    after.service.start()

    job = after.call("DescribeTrainingJob", TrainingJobName="cut-off")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Failed", "Failed")
    assert job["FailureReason"].startswith("InternalServerError: The local cloud ended")
    [event] = after.events
    assert event.detail_type == "SageMaker Training Job State Change"
    assert event.resources == (job["TrainingJobArn"],)
    assert event.detail["FailureReason"] == job["FailureReason"]
    assert event.detail["CreationTime"] == round(job["CreationTime"] * 1000)
    assert not left.exists()
    assert after.service.part(Jobs)


@pytest.mark.parametrize("length", [10, 1024, 5000])
def test_a_reason_is_short_and_ends_with_the_error(length: int) -> None:
    reason = AlgorithmError("x" * length + "ValueError: no rows").reason

    assert len(reason) <= 1024
    assert reason.startswith("AlgorithmError: ")
    assert reason.endswith("ValueError: no rows")


@pytest.mark.parametrize("length", [10, 5000])
def test_the_failure_of_a_script_has_its_code_its_error_and_its_command(length: int) -> None:
    error = "Traceback\n" + "x" * length + "\nValueError: no rows"

    reason = script_failure(error, f"python train.py --words {'y' * length}", 3).reason

    assert len(reason) <= 1024
    assert reason.startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 3\nErrorMessage")
    assert 'ValueError: no rows"\nCommand "python train.py' in reason
    assert reason.endswith(", exit code: 3")
