"""Processing jobs in a real cloud, through its endpoint, by processes that really run."""

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.processing.builders import ROOT, a_job, an_input, an_output
from tests.unit.local.training.builders import IMAGE, ROLE
from tests.unit.local.training.client import LiveCloud, until

LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)"
GROUP = "/aws/sagemaker/ProcessingJobs"


class Processing:
    """A running cloud, and what the tests do with its processing jobs."""

    def __init__(self, cloud: LiveCloud) -> None:
        self.cloud = cloud
        self.sagemaker = cloud.sagemaker

    def run(self, name: str, script: str, **members: Any) -> None:
        """Start a job that runs *script*; what it has in common with others is `a_job`'s."""
        self.put(f"{name}/code/run.py", script)
        inputs = [an_input(uri=f"s3://data/{name}/code/"), *members.pop("inputs", [])]
        outputs = members.pop("outputs", [an_output(uri=f"s3://data/{name}/out")])
        self.sagemaker.create_processing_job(
            **a_job(
                name,
                ProcessingInputs=inputs,
                ProcessingOutputConfig={"Outputs": outputs},
                **members,
            )
        )

    def describe(self, name: str) -> dict[str, Any]:
        job: dict[str, Any] = self.sagemaker.describe_processing_job(ProcessingJobName=name)
        return job

    def ended(self, name: str) -> dict[str, Any]:
        until(lambda: self.describe(name)["ProcessingJobStatus"] not in {"InProgress", "Stopping"})
        return self.describe(name)

    def completed(self, name: str) -> dict[str, Any]:
        job = self.ended(name)
        assert job["ProcessingJobStatus"] == "Completed", (job, self.lines(name))
        return job

    def put(self, key: str, text: str | bytes) -> None:
        body = text if isinstance(text, bytes) else text.encode()
        self.cloud.s3.put_object(Bucket="data", Key=key, Body=body)

    def objects(self, prefix: str) -> dict[str, str]:
        """The objects below *prefix*, by the rest of their keys."""
        found = self.cloud.s3.list_objects_v2(Bucket="data", Prefix=prefix).get("Contents", [])
        bodies = {o["Key"]: self.cloud.s3.get_object(Bucket="data", Key=o["Key"]) for o in found}
        return {key.removeprefix(prefix): b["Body"].read().decode() for key, b in bodies.items()}

    def lines(self, name: str, host: str = "algo-1") -> list[str]:
        logs = self.cloud.client("logs")
        streams = logs.describe_log_streams(
            logGroupName=GROUP, logStreamNamePrefix=f"{name}/{host}-"
        )["logStreams"]
        if not streams:
            return []
        events = logs.get_log_events(
            logGroupName=GROUP, logStreamName=streams[0]["logStreamName"], startFromHead=True
        )
        return [event["message"] for event in events["events"]]


@pytest.fixture(scope="module")
def processing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processing]:
    """One cloud for all tests of this module; they use jobs of different names."""
    live = LiveCloud(tmp_path_factory.mktemp("cloud"))
    try:
        live.make_role("s3:*", "logs:*")
        where = {"LocationConstraint": "eu-west-1"}
        live.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
        live.client("logs").create_log_group(logGroupName=GROUP)
        yield Processing(live)
    finally:
        live.stop()


def test_a_job_turns_inputs_into_outputs(processing: Processing) -> None:
    script = """
import carried, json, os, pathlib, sys
root = pathlib.Path("/opt/ml/processing")
config = json.loads(pathlib.Path("/opt/ml/config/processingjobconfig.json").read_text())
print(config["ProcessingJobName"], carried.version, sys.argv[1:], os.environ["COLOUR"])
for file in (root / "raw").rglob("*.csv"):
    target = root / "out" / file.relative_to(root / "raw")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(file.read_text().upper())
pathlib.Path("/opt/ml/output/message").write_text("2 tables")
"""
    processing.put("raw/a.csv", "a")
    processing.put("raw/2026/b é.csv", "b")
    specification = a_job()["AppSpecification"] | {"ContainerArguments": ["--ratio", "0.2"]}

    processing.run(
        "success",
        script,
        inputs=[an_input("raw", "s3://data/raw")],
        AppSpecification=specification,
        Environment={"COLOUR": "blue"},
        Tags=[{"Key": "team", "Value": "churn"}],
    )

    job = processing.completed("success")
    assert processing.objects("success/out/") == {"a.csv": "A", "2026/b é.csv": "B"}
    assert processing.lines("success") == ["success 1.0 ['--ratio', '0.2'] blue"]
    assert job["ExitMessage"] == "2 tables"
    assert job["CreationTime"] <= job["ProcessingStartTime"] <= job["ProcessingEndTime"]
    assert "FailureReason" not in job
    tags = processing.sagemaker.list_tags(ResourceArn=job["ProcessingJobArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "churn"}]


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


def test_continuous_outputs_follow_while_the_job_runs_and_stay_when_it_fails(
    processing: Processing,
) -> None:
    script = """
import pathlib, sys, time
out = pathlib.Path("/opt/ml/processing/out")
(out / "deep").mkdir()
(out / "deep" / "early").write_text("early")
for _ in range(60):
    time.sleep(0.05)
    with (out / "growing").open("a") as file:
        file.write("x")
(out / "late").write_text("late")
sys.exit(5)
"""
    output = an_output(uri="s3://data/continuous/out/", S3UploadMode="Continuous")

    processing.run("continuous", script, outputs=[output])

    until(lambda: processing.objects("continuous/out/").get("deep/early") == "early")
    assert processing.describe("continuous")["ProcessingJobStatus"] == "InProgress"
    assert processing.ended("continuous")["FailureReason"] == "AlgorithmError: , exit code: 5"
    objects = processing.objects("continuous/out/")
    assert objects["late"] == "late"
    assert objects["growing"] == "x" * 60


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


def test_instances_share_what_is_sharded_by_key(processing: Processing) -> None:
    script = """
import json, pathlib, socket
me = json.loads(pathlib.Path("/opt/ml/config/resourceconfig.json").read_text())
files = sorted(p.name for p in pathlib.Path("/opt/ml/processing/raw").iterdir())
out = pathlib.Path("/opt/ml/processing/out", me["current_host"] + ".json")
out.write_text(json.dumps([me["hosts"], socket.gethostname(), files]))
pathlib.Path("/opt/ml/output/message").write_text(me["current_host"] + ".")
"""
    for name in "abc":
        processing.put(f"shards/{name}", name)
    cluster = a_job()["ProcessingResources"]["ClusterConfig"] | {"InstanceCount": 2}

    processing.run(
        "sharded",
        script,
        inputs=[an_input("raw", "s3://data/shards/", S3DataDistributionType="ShardedByS3Key")],
        ProcessingResources={"ClusterConfig": cluster},
    )

    job = processing.completed("sharded")
    hosts = ["algo-1", "algo-2"]
    found = {key: json.loads(text) for key, text in processing.objects("sharded/out/").items()}
    assert found == {
        "algo-1.json": [hosts, "algo-1", ["a", "c"]],
        "algo-2.json": [hosts, "algo-2", ["b"]],
    }
    assert job["ExitMessage"] == "algo-1.algo-2."


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


def test_a_manifest_names_what_is_fetched(processing: Processing) -> None:
    processing.put("listed/a", "a")
    processing.put("listed/b", "b")
    processing.put("list.json", '[{"prefix": "s3://data/listed/"}, "b"]')
    script = """
import pathlib
root = pathlib.Path("/opt/ml/processing")
(root / "out" / "names").write_text(" ".join(p.name for p in (root / "raw").iterdir()))
"""

    manifest = an_input("raw", "s3://data/list.json", S3DataType="ManifestFile")
    processing.run("manifest", script, inputs=[manifest])

    processing.completed("manifest")
    assert processing.objects("manifest/out/") == {"names": "b"}


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


def an_archive(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def a_wheel() -> bytes:
    folder = "extra-1.0.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("extra.py", "word = 'extra'")
        metadata = "Metadata-Version: 2.1\nName: extra\nVersion: 1.0"
        archive.writestr(f"{folder}/METADATA", metadata)
        wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        archive.writestr(f"{folder}/WHEEL", wheel)
        archive.writestr(f"{folder}/RECORD", "")
    return buffer.getvalue()


def test_inputs_that_are_not_there_fail_the_job(processing: Processing) -> None:
    processing.run("nothing", "pass", inputs=[an_input("raw", "s3://data/absent/")])

    assert processing.ended("nothing")["FailureReason"] == (
        "ClientError: S3 key: s3://data/absent/ matched no files on s3"
    )


def test_a_role_may_not_write_what_its_policies_do_not_allow(processing: Processing) -> None:
    reading = ROLE + "-reading"
    processing.cloud.make_role("s3:ListBucket", "s3:GetObject", arn=reading)
    script = "open('/opt/ml/processing/out/a', 'w')"

    processing.run("reading", script, RoleArn=reading)

    reason = processing.ended("reading")["FailureReason"]
    assert reason.startswith("ClientError: Artifact upload failed:AccessDenied (403)")
    assert "s3:PutObject" in reason


def test_a_role_may_not_read_what_its_policies_do_not_allow(processing: Processing) -> None:
    blind = ROLE + "-blind"
    processing.cloud.make_role("s3:ListBucket", arn=blind)

    processing.run("blind", "pass", RoleArn=blind)

    reason = processing.ended("blind")["FailureReason"]
    assert reason.startswith("ClientError: Data download failed:AccessDenied (403)")


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
