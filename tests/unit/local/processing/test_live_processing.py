"""What processing jobs do with commands: they run, fail, are stopped, and tell how it went."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.processing.builders import ROOT, a_job, an_input
from tests.unit.local.processing.client import Processing, a_wheel, an_archive
from tests.unit.local.training.builders import IMAGE
from tests.unit.local.training.client import until

LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


def test_a_failing_command_has_its_code_and_its_message(processing: Processing) -> None:
    script = """
import pathlib, sys
pathlib.Path("/opt/ml/processing/out/half.csv").write_text("half")
pathlib.Path("/opt/ml/output/message").write_text("no rows " + "x" * 2000)
sys.exit(3)
"""

    processing.run("failing", script)

    job = processing.ended("failing")
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: , exit code: 3"
    assert job["ExitMessage"].startswith("no rows xxx")
    assert len(job["ExitMessage"]) == 1024
    assert processing.objects("failing/out/") == {}


def test_a_message_that_is_no_text_fails_the_job(processing: Processing) -> None:
    script = "open('/opt/ml/output/message', 'wb').write(b'\\xff')"

    processing.run("bytes", script)

    reason = processing.ended("bytes")["FailureReason"]
    assert reason.startswith("ClientError: /opt/ml/output/message is not encoded in UTF-8")


def test_an_entry_point_that_is_not_there_is_127(processing: Processing) -> None:
    specification = {"ImageUri": IMAGE, "ContainerEntrypoint": [f"{ROOT}/code/missing.sh"]}

    processing.run("missing", "pass", AppSpecification=specification)

    assert processing.ended("missing")["FailureReason"] == "AlgorithmError: , exit code: 127"


def test_a_stopped_job_is_told(processing: Processing) -> None:
    script = """
import pathlib, signal, sys, time
def told(*_):
    pathlib.Path("/opt/ml/output/message").write_text("told")
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
print("begun", flush=True)
time.sleep(600)
"""
    processing.run("stopped", script)
    until(lambda: "begun" in processing.lines("stopped"))

    processing.sagemaker.stop_processing_job(ProcessingJobName="stopped")

    job = processing.ended("stopped")
    assert (job["ProcessingJobStatus"], job["ExitMessage"]) == ("Stopped", "told")
    with pytest.raises(ClientError, match="the processing job is in status Stopped"):
        processing.sagemaker.stop_processing_job(ProcessingJobName="stopped")


def test_a_job_stops_when_its_time_is_up(processing: Processing) -> None:
    processing.run("too-long", LONG, StoppingCondition={"MaxRuntimeInSeconds": 1})

    assert processing.ended("too-long")["ProcessingJobStatus"] == "Stopped"


def test_one_failing_instance_ends_the_others(processing: Processing) -> None:
    script = f"""
import json, pathlib, sys
if "algo-2" == json.loads(pathlib.Path("/opt/ml/config/resourceconfig.json").read_text())[
    "current_host"
]:
    sys.exit(4)
{LONG}
"""
    cluster = a_job()["ProcessingResources"]["ClusterConfig"] | {"InstanceCount": 2}

    processing.run("one-of-two", script, ProcessingResources={"ClusterConfig": cluster})

    assert processing.ended("one-of-two")["FailureReason"] == "AlgorithmError: , exit code: 4"


def test_an_isolated_job_has_neither_network_nor_credentials(processing: Processing) -> None:
    script = f"""
import os, socket
print("AWS_ACCESS_KEY_ID" in os.environ)
print(socket.socket().connect_ex(("127.0.0.1", {processing.cloud.port})) == 0)
"""

    processing.run("open", script)
    processing.run("isolated", script, NetworkConfig={"EnableNetworkIsolation": True})

    job = processing.completed("isolated")
    assert job["NetworkConfig"] == {"EnableNetworkIsolation": True}
    assert processing.lines("isolated") == ["False", "False"]
    processing.completed("open")
    assert processing.lines("open") == ["True", "True"]


RUNPROC = """#!/bin/bash
set -e
cd /opt/ml/processing/input/code/
tar -xzf sourcedir.tar.gz
if [[ -f requirements.txt ]]; then
    pip uninstall --yes typing
    python3 -m pip install --no-index -r requirements.txt
fi
python3 main.py "$@"
"""
"""What FrameworkProcessor of the SageMaker SDK sends as the entry point, in short."""


def test_what_a_job_installs_is_its_own(processing: Processing) -> None:
    main = "import sys, carried, extra\nprint(extra.word, carried.version, sys.argv[1:])"
    wheel = "extra-1.0-py3-none-any.whl"
    source = an_archive({wheel: a_wheel(), "requirements.txt": wheel, "main.py": main})
    processing.put("framework/code/sourcedir.tar.gz", source)
    processing.put("framework/entry/runproc.sh", RUNPROC)
    uri = "s3://data/framework"
    code = an_input("code", f"{uri}/code", LocalPath=f"{ROOT}/input/code/")
    entry = an_input("entry", f"{uri}/entry/runproc.sh", LocalPath=f"{ROOT}/input/entrypoint")
    specification = {
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["/bin/bash", f"{ROOT}/input/entrypoint/runproc.sh"],
        "ContainerArguments": ["--ratio", "1"],
    }

    request = a_job("framework", ProcessingInputs=[code, entry], AppSpecification=specification)
    processing.sagemaker.create_processing_job(**request)

    processing.completed("framework")
    assert processing.lines("framework")[-1] == "extra 1.0 ['--ratio', '1']"
    processing.run("bare", "import extra")
    assert processing.ended("bare")["FailureReason"] == "AlgorithmError: , exit code: 1"
    assert processing.lines("bare")[-1] == "ModuleNotFoundError: No module named 'extra'"


def test_a_name_is_taken_for_ever(processing: Processing) -> None:
    processing.run("taken", "pass")
    processing.ended("taken")

    with pytest.raises(ClientError, match="Job name must be unique within an AWS") as refused:
        processing.run("taken", "pass")

    assert refused.value.response["Error"]["Code"] == "ResourceInUse"


def test_each_change_of_status_is_an_event(processing: Processing) -> None:
    sqs, events = processing.cloud.client("sqs"), processing.cloud.client("events")
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    pattern = {"source": ["aws.sagemaker"], "detail": {"ProcessingJobName": ["announced"]}}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])

    processing.run("announced", "pass", Tags=[{"Key": "team", "Value": "churn"}])

    job = processing.ended("announced")
    bodies: list[dict[str, Any]] = []
    while len(bodies) < 2:
        answer = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20
        ).get("Messages", [])
        assert answer, "no event came"
        bodies += [json.loads(message["Body"]) for message in answer]
    assert {body["detail-type"] for body in bodies} == {"SageMaker Processing Job State Change"}
    assert [body["detail"]["ProcessingJobStatus"] for body in bodies] == [
        "InProgress", "Completed",
    ]  # fmt: skip
    last = bodies[-1]
    assert last["resources"] == [job["ProcessingJobArn"]]
    assert last["detail"]["Tags"] == {"team": "churn"}
    ended = round(job["ProcessingEndTime"].timestamp() * 1000)
    assert last["detail"]["ProcessingEndTime"] == ended
