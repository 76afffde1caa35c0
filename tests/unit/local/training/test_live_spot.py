"""Checkpoints and interruptions of jobs that really run."""

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.training.builders import a_request
from tests.unit.local.training.client import LiveCloud, until

COUNTING = """
import os, pathlib, time
folder = pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints"
count = folder / "count"
begun = int(count.read_text()) if count.exists() else 0
print("begun at", begun, flush=True)
count.write_text(str(begun + 1))
pathlib.Path(os.environ["SM_MODEL_DIR"], "count").write_text(str(begun))
"""
SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
}


def kept_at(name: str) -> dict[str, object]:
    return {"CheckpointConfig": {"S3Uri": f"s3://data/checkpoints/{name}"}}


def interrupt(cloud: LiveCloud, name: str, seconds: str = "0") -> None:
    tags = [{"Key": "local:spot-interruption", "Value": seconds}]
    arn = cloud.describe(name)["TrainingJobArn"]
    cloud.sagemaker.add_tags(ResourceArn=arn, Tags=tags)


def test_checkpoints_outlive_their_job_and_begin_the_next(cloud: LiveCloud) -> None:
    for number in range(2):
        cloud.train(f"counting-{number}", COUNTING, **kept_at("counting"))
        job = cloud.ended(f"counting-{number}")
        assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
        assert cloud.model(job) == {"count": str(number).encode()}


def test_checkpoints_are_in_s3_while_the_script_runs(cloud: LiveCloud) -> None:
    cloud.train("saving", COUNTING + "time.sleep(600)", **kept_at("saving"))

    until(lambda: body(cloud, "checkpoints/saving/count") == b"1")
    cloud.sagemaker.stop_training_job(TrainingJobName="saving")

    assert cloud.ended("saving")["TrainingJobStatus"] == "Stopped"


def body(cloud: LiveCloud, key: str) -> bytes:
    try:
        content: bytes = cloud.s3.get_object(Bucket="data", Key=key)["Body"].read()
    except ClientError:
        return b""
    return content


def test_an_interrupted_job_resumes_from_its_checkpoint(cloud: LiveCloud) -> None:
    script = COUNTING + "if not begun: time.sleep(600)"
    cloud.train("spot", script, **kept_at("spot"), **SPOT)
    until(lambda: "begun at 0" in cloud.lines("spot"))

    interrupt(cloud, "spot")

    job = cloud.ended("spot")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    stages = [item["Status"] for item in job["SecondaryStatusTransitions"]]
    once = ["Starting", "Downloading", "Training"]
    assert stages == [*once, "Interrupted", *once, "Uploading", "Completed"]
    assert cloud.model(job) == {"count": b"1"}
    assert job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"]
    assert cloud.sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] == []


def test_a_job_may_ask_for_its_interruption_when_it_is_made(cloud: LiveCloud) -> None:
    tags = [{"Key": "local:spot-interruption", "Value": "0.1"}]
    # On a busy machine the interruption comes before the script has begun: no checkpoint tells.
    script = "import time\ntime.sleep(3)"

    cloud.train("spot-tagged", script, Tags=tags, **SPOT)

    job = cloud.ended("spot-tagged")
    assert "Interrupted" in [item["Status"] for item in job["SecondaryStatusTransitions"]]


def test_a_job_on_demand_is_not_interrupted(cloud: LiveCloud) -> None:
    tags = [{"Key": "local:spot-interruption", "Value": "0"}]

    cloud.train("on-demand", "import time\ntime.sleep(0.5)", Tags=tags)

    job = cloud.ended("on-demand")
    assert job["TrainingJobStatus"] == "Completed"
    assert "Interrupted" not in [item["Status"] for item in job["SecondaryStatusTransitions"]]


def test_a_spot_job_that_takes_too_long_ends_wherever_it_is(cloud: LiveCloud) -> None:
    limits = {"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 1}
    long = "import time\ntime.sleep(600)"
    for name in ("running-a", "running-b"):
        cloud.train(name, long, InputDataConfig=None)

    cloud.train("never", long, EnableManagedSpotTraining=True, StoppingCondition=limits)

    job = cloud.ended("never")
    for name in ("running-a", "running-b"):
        cloud.sagemaker.stop_training_job(TrainingJobName=name)
        cloud.ended(name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    stages = [item["Status"] for item in job["SecondaryStatusTransitions"]]
    assert stages == ["Starting", "Pending", "Stopping", "MaxWaitTimeExceeded"]


@pytest.mark.parametrize(
    ("spot", "limits", "problem"),
    [
        (False, {"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 1}, "It is only supported when"),
        (True, {"MaxRuntimeInSeconds": 2, "MaxWaitTimeInSeconds": 1}, "greater than or equal to"),
        (True, {"MaxRuntimeInSeconds": 2}, "It must be present"),
    ],
)
def test_how_long_to_wait_is_a_matter_of_spot_jobs(
    cloud: LiveCloud, spot: bool, limits: dict[str, int], problem: str
) -> None:
    with pytest.raises(ClientError, match=f"Invalid MaxWaitTimeInSeconds. .*{problem}"):
        cloud.sagemaker.create_training_job(
            **a_request("refused", EnableManagedSpotTraining=spot, StoppingCondition=limits)
        )
