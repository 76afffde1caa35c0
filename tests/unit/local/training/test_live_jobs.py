"""Training jobs in a real cloud, through its endpoint, by processes that really run."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.unit.local.training.builders import a_request
from tests.unit.local.training.client import KEYS, LiveCloud, until

LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


def model_of(cloud: LiveCloud, job: dict[str, Any], name: str = "model.tar.gz") -> tarfile.TarFile:
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://data/")
    body = cloud.s3.get_object(Bucket="data", Key=key.replace("model.tar.gz", name))["Body"]
    return tarfile.open(fileobj=io.BytesIO(body.read()))


def test_a_job_leaves_its_model_its_metrics_and_its_lines(cloud: LiveCloud) -> None:
    script = """
import argparse, carried, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
for epoch in range(parser.parse_args().epochs):
    print(f"loss={1 / (epoch + 1)}")
files = sorted(str(p.relative_to(os.environ["SM_CHANNEL_TRAIN"]))
    for p in pathlib.Path(os.environ["SM_CHANNEL_TRAIN"]).rglob("*") if p.is_file())
pathlib.Path(os.environ["SM_MODEL_DIR"], "files.json").write_text(json.dumps(files))
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "report.txt").write_text("good")
"""
    metrics = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
    algorithm = a_request()["AlgorithmSpecification"] | {"MetricDefinitions": metrics}

    cloud.train(
        "success",
        script,
        HyperParameters={"epochs": "4"},
        AlgorithmSpecification=algorithm,
        Tags=[{"Key": "team", "Value": "churn"}],
    )

    job = cloud.ended("success")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert [item["Status"] for item in job["SecondaryStatusTransitions"]] == [
        "Starting", "Downloading", "Training", "Uploading", "Completed",
    ]  # fmt: skip
    assert [(m["MetricName"], m["Value"]) for m in job["FinalMetricDataList"]] == [("loss", 0.25)]
    assert job["BillableTimeInSeconds"] >= 1
    assert cloud.lines("success")[0] == "loss=1.0"
    files = model_of(cloud, job).extractfile("files.json")
    assert files is not None
    assert json.load(files) == sorted(key.removeprefix("train/") for key in KEYS)
    assert model_of(cloud, job, "output.tar.gz").getnames() == ["report.txt"]
    tags = cloud.sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "churn"}]


def test_a_script_acts_as_its_role_in_this_cloud(cloud: LiveCloud) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(Path(boto3.__file__).parents[1])!r})
import boto3, pathlib
print(boto3.client("sts").get_caller_identity()["Arn"])
print(boto3.client("s3").get_object(Bucket="data", Key="train/a b.csv")["Body"].read())
"""

    cloud.train("as-role", script)

    job = cloud.ended("as-role")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    identity, content = cloud.lines("as-role")
    assert ":assumed-role/training/SageMaker" in identity
    assert content == "b'train/a b.csv'"


def test_the_reason_of_a_failing_script_ends_with_its_traceback(cloud: LiveCloud) -> None:
    cloud.train("raises", "print('x' * 5000)\nraise ValueError('the column age is missing')")

    job = cloud.ended("raises")

    assert job["TrainingJobStatus"] == "Failed"
    assert job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n")
    assert 'File "/opt/ml/code/train.py", line 2' in job["FailureReason"]
    assert "ValueError: the column age is missing" in job["FailureReason"]
    assert len(job["FailureReason"]) <= 1024


def test_a_script_that_was_killed_has_the_signal_for_a_reason(cloud: LiveCloud) -> None:
    cloud.train("killed", "import os\nos.kill(os.getpid(), 9)")

    reason = cloud.ended("killed")["FailureReason"]

    assert 'ExitCode 137\nErrorMessage "killed by SIGKILL"' in reason


def test_whatever_a_script_prints_is_logged(cloud: LiveCloud) -> None:
    script = """
import sys
sys.stdout.buffer.write(b"bad \\xff bytes\\n" + b"x" * 1_000_000 + b"\\n\\nend without newline")
"""
    cloud.train("bytes", script)
    assert cloud.ended("bytes")["TrainingJobStatus"] == "Completed"

    lines = cloud.lines("bytes")

    assert lines[0] == "bad \N{REPLACEMENT CHARACTER} bytes"
    assert set(lines[1]) == {"x"}
    assert lines[-2:] == [" ", "end without newline"]


def test_a_script_may_word_its_failure_itself(cloud: LiveCloud) -> None:
    script = """
import os, sys, pathlib
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("no rows")
sys.exit(3)
"""
    cloud.train("worded", script)

    assert cloud.ended("worded")["FailureReason"] == "AlgorithmError: no rows, exit code: 3"


def test_a_stopped_job_is_told_and_keeps_its_model(cloud: LiveCloud) -> None:
    script = """
import os, pathlib, signal, sys, time
def told(*_):
    pathlib.Path(os.environ["SM_MODEL_DIR"], "checkpoint").write_text("so far")
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
print("begun", flush=True)
time.sleep(600)
"""
    cloud.train("stopped", script)
    until(lambda: "begun" in cloud.lines("stopped"))

    cloud.sagemaker.stop_training_job(TrainingJobName="stopped")

    job = cloud.ended("stopped")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert [item["Status"] for item in job["SecondaryStatusTransitions"]][-2:] == [
        "Stopping", "Stopped",
    ]  # fmt: skip
    assert model_of(cloud, job).getnames() == ["checkpoint"]
    with pytest.raises(ClientError, match="because the training job is in status Stopped"):
        cloud.sagemaker.stop_training_job(TrainingJobName="stopped")


def test_a_script_that_ignores_the_stop_is_killed(cloud: LiveCloud) -> None:
    script = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LONG
    cloud.train("deaf", script)
    until(lambda: "begun" in cloud.lines("deaf"))

    cloud.sagemaker.stop_training_job(TrainingJobName="deaf")

    assert cloud.ended("deaf")["SecondaryStatus"] == "Stopped"


def test_more_jobs_than_run_at_once_wait_their_turn(cloud: LiveCloud) -> None:
    for number in range(3):
        cloud.train(f"queued-{number}", LONG)
    until(lambda: "begun" in cloud.lines("queued-1"))
    assert cloud.describe("queued-2")["SecondaryStatus"] == "Pending"

    cloud.sagemaker.stop_training_job(TrainingJobName="queued-0")

    until(lambda: cloud.describe("queued-2")["SecondaryStatus"] == "Training")
    for number in (1, 2):
        cloud.sagemaker.stop_training_job(TrainingJobName=f"queued-{number}")
        cloud.ended(f"queued-{number}")


def test_each_change_of_status_is_an_event(cloud: LiveCloud) -> None:
    sqs, events = cloud.client("sqs"), cloud.client("events")
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    pattern = {"source": ["aws.sagemaker"], "detail": {"TrainingJobName": ["announced"]}}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])

    cloud.train("announced", "pass", Tags=[{"Key": "team", "Value": "churn"}])

    job = cloud.ended("announced")
    bodies: list[dict[str, Any]] = []
    while len(bodies) < 5:
        bodies += received(sqs, queue)
    assert {body["detail-type"] for body in bodies} == {"SageMaker Training Job State Change"}
    assert [body["detail"]["SecondaryStatus"] for body in bodies] == [
        "Starting", "Downloading", "Training", "Uploading", "Completed",
    ]  # fmt: skip
    last = bodies[-1]
    assert last["resources"] == [job["TrainingJobArn"]]
    assert last["detail"]["Tags"] == {"team": "churn"}
    assert last["detail"]["CreationTime"] == round(job["CreationTime"].timestamp() * 1000)


def received(sqs: Any, queue: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20)
    messages = answer.get("Messages", [])
    assert messages, "no event came"
    for message in messages:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[LiveCloud]:
    """A cloud that the test may kill."""
    live = LiveCloud(tmp_path)
    yield live
    live.stop()


def test_a_job_dies_with_its_cloud_and_fails_in_the_next(
    own_cloud: LiveCloud, tmp_path: Path
) -> None:
    cloud = own_cloud
    cloud.make_role("s3:*", "logs:*")
    where = {"LocationConstraint": "eu-west-1"}
    cloud.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
    pid = tmp_path / "pid"
    cloud.train(
        "cut-off",
        f"import os, pathlib\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n{LONG}",
        InputDataConfig=None,
    )
    until(lambda: pid.exists() and pid.read_text())

    cloud.kill()
    until(lambda: not Path("/proc", pid.read_text()).exists())
    cloud.start()

    job = cloud.ended("cut-off")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("InternalServerError: The local cloud ended while")
