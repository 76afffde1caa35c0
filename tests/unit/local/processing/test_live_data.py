"""What processing jobs do with data: from S3 to their instances, and back."""

import json

from tests.unit.local.processing.builders import a_job, an_input, an_output
from tests.unit.local.processing.client import Processing
from tests.unit.local.training.builders import ROLE
from tests.unit.local.training.client import until


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
