"""Transform jobs in a real cloud, through its endpoint, by model servers that really run."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.serving.live import BUCKET, IMAGE, LiveCloud, until
from tests.unit.local.transform.formats import a_recordio_part, a_tfrecord
from trainwright_local.cloud import lifecycle

DOUBLE = """
import json, os, time

def model_fn(model_dir):
    return {name: value for name, value in os.environ.items() if name.startswith("SAGEMAKER_")}

def transform_fn(model, data, content_type, accept):
    if content_type == "application/x-told":
        return json.dumps(model), accept
    if content_type == "application/octet-stream":
        return f"<{len(data)}>", accept
    if content_type.startswith("application/json"):
        lines = [json.loads(line) for line in data.splitlines()]
        return "\\n".join(json.dumps({"sum": sum(line)}) for line in lines), accept
    text = data if isinstance(data, str) else data.decode()
    if text == "slow":
        time.sleep(60)
    rows = [row.split(",") for row in text.splitlines()]
    return "\\n".join(str(sum(2 * float(cell) for cell in row)) for row in rows), accept
"""
MEGABYTE = 1024 * 1024
SEE_LOGS = "See job logs for more information"


class TransformCloud(LiveCloud):
    """A running cloud, and what the tests do with transform jobs in it."""

    served = "jobs"

    def put(self, key: str, body: bytes | str) -> str:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def create(self, name: str, source: str = "", **members: Any) -> None:
        """Ask for a job that reads below *source* and writes below its own name."""
        given = {
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": members.pop("S3DataType", "S3Prefix"),
                    "S3Uri": source or f"s3://{BUCKET}/in/{name}/",
                }
            },
            "ContentType": members.pop("ContentType", "text/csv"),
        }
        for member in ("SplitType", "CompressionType"):
            if member in members:
                given[member] = members.pop(member)
        result = {"S3OutputPath": f"s3://{BUCKET}/out/{name}"}
        for member in ("Accept", "AssembleWith"):
            if member in members:
                result[member] = members.pop(member)
        request = {
            "TransformJobName": name,
            "ModelName": "double",
            "TransformInput": given,
            "TransformOutput": result,
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            **members,
        }
        self.sagemaker.create_transform_job(**request)

    def describe(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_transform_job(TransformJobName=name)
        return described

    def ended(self, name: str) -> dict[str, Any]:
        """Wait for the end of a job and describe it."""
        until(lambda: self.describe(name)["TransformJobStatus"] not in {"InProgress", "Stopping"})
        return self.describe(name)

    def results(self, name: str) -> dict[str, str]:
        """All that a job has stored, by the keys below its place."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"out/{name}/").get("Contents", [])
        return {
            item["Key"].removeprefix(f"out/{name}/"): self.s3.get_object(
                Bucket=BUCKET, Key=item["Key"]
            )["Body"]
            .read()
            .decode()
            for item in found
        }

    def transform(self, name: str, source: str = "", **members: Any) -> dict[str, str]:
        """Do a whole job; what it has stored."""
        self.create(name, source, **members)
        job = self.ended(name)
        assert job["TransformJobStatus"] == "Completed", (job, self.data_log(name))
        return self.results(name)

    def streams(self, name: str) -> list[str]:
        group = "/aws/sagemaker/TransformJobs"
        found = self.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")
        return sorted(stream["logStreamName"] for stream in found["logStreams"])

    def data_log(self, name: str) -> list[str]:
        [stream] = [one for one in self.streams(name) if one.endswith("/data-log")]
        events = self.logs.get_log_events(
            logGroupName="/aws/sagemaker/TransformJobs", logStreamName=stream, startFromHead=True
        )["events"]
        return [event["message"].partition("[sagemaker logs]: ")[2] for event in events]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TransformCloud]:
    live = TransformCloud(tmp_path_factory.mktemp("cloud"), tmp_path_factory.mktemp("cache"))
    try:
        live.prepare()
        live.make_model("double", DOUBLE)
        yield live
    finally:
        live.stop()
    assert live.servers() == []


def refusal(cloud: TransformCloud, **members: Any) -> str:
    with pytest.raises(ClientError) as refused:
        cloud.create("refused", f"s3://{BUCKET}/in/", **members)
    return str(refused.value)


def test_every_object_has_its_result_below_the_same_key(cloud: TransformCloud) -> None:
    cloud.put("in/keys/a.csv", "1,2\n3,4\n")
    cloud.put("in/keys/sub/b c.csv", "5\n")

    stored = cloud.transform(
        "keys", SplitType="Line", AssembleWith="Line", Accept="text/csv", Tags=[]
    )

    assert stored == {"a.csv.out": "6.0\n14.0\n", "sub/b c.csv.out": "10.0\n"}
    job = cloud.describe("keys")
    assert job["TransformStartTime"] >= job["CreationTime"]
    assert job["TransformEndTime"] >= job["TransformStartTime"]
    assert job["TransformJobArn"].endswith(":transform-job/keys")
    data_log, container = reversed(cloud.streams("keys"))
    assert re.fullmatch(r"keys/i-[0-9a-f]{17}-\d{13}", container)
    assert data_log == f"{container}/data-log"
    assert cloud.data_log("keys") == [
        "MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD"
    ]


def test_one_object_is_its_own_prefix(cloud: TransformCloud) -> None:
    source = cloud.put("in/one/data.csv", "1\n2\n")

    assert cloud.transform("one", source) == {"data.csv.out": "2.0\n4.0"}


def test_one_record_at_a_time_in_their_order_though_several_are_asked(
    cloud: TransformCloud,
) -> None:
    cloud.put("in/single/a.csv", "".join(f"{number}\n" for number in range(40)))

    stored = cloud.transform(
        "single",
        SplitType="Line",
        AssembleWith="Line",
        BatchStrategy="SingleRecord",
        MaxConcurrentTransforms=8,
    )

    assert stored["a.csv.out"] == "".join(f"{2.0 * number}\n" for number in range(40))


def test_without_assembling_the_answers_follow_each_other(cloud: TransformCloud) -> None:
    cloud.put("in/joined/a.csv", "1\n2\n")

    stored = cloud.transform("joined", SplitType="Line", BatchStrategy="SingleRecord")

    assert stored["a.csv.out"] == "2.04.0"


def test_payloads_are_filled_up_to_their_limit(cloud: TransformCloud) -> None:
    half = MEGABYTE // 2
    records = [b"x" * half, b"y" * (half // 2), b"z" * half]
    cloud.put("in/filled/a.rec", b"".join(a_recordio_part(0, record) for record in records))
    binary = {"ContentType": "application/octet-stream", "SplitType": "RecordIO"}

    several = cloud.transform("filled", **binary, MaxPayloadInMB=1)
    single = cloud.transform(
        "unwrapped", f"s3://{BUCKET}/in/filled/", **binary, BatchStrategy="SingleRecord"
    )

    assert several["a.rec.out"] == f"<{half + half // 2 + 16}><{half + 8}>"
    assert single["a.rec.out"] == f"<{half}><{half // 2}><{half}>"


def test_tfrecords_are_split(cloud: TransformCloud) -> None:
    cloud.put("in/tf/a.tfrecord", a_tfrecord(b"abc") + a_tfrecord(b"defgh"))

    stored = cloud.transform(
        "tf",
        ContentType="application/octet-stream",
        SplitType="TFRecord",
        BatchStrategy="SingleRecord",
    )

    assert stored["a.tfrecord.out"] == "<3><5>"


def test_an_object_without_a_limit_is_streamed(cloud: TransformCloud) -> None:
    cloud.put("in/streamed/large.bin", bytes(7 * MEGABYTE))

    stored = cloud.transform("streamed", ContentType="application/octet-stream", MaxPayloadInMB=0)

    assert stored["large.bin.out"] == f"<{7 * MEGABYTE}>"


def test_compressed_objects_of_a_manifest_are_read(cloud: TransformCloud) -> None:
    cloud.put("in/packed/data/a.csv.gz", gzip.compress(b"1\n"))
    cloud.put("in/packed/data/not-listed.csv.gz", b"")
    names = [{"prefix": f"s3://{BUCKET}/in/packed/"}, "data/a.csv.gz"]
    manifest = cloud.put("in/packed/all.manifest", json.dumps(names))

    stored = cloud.transform("packed", manifest, S3DataType="ManifestFile", CompressionType="Gzip")

    assert stored == {"data/a.csv.gz.out": "2.0"}


def test_rows_are_filtered_and_joined(cloud: TransformCloud) -> None:
    cloud.put("in/rows/a.csv", '"id, 1",1,2\nid-2,3,4\n')

    stored = cloud.transform(
        "rows",
        SplitType="Line",
        AssembleWith="Line",
        Accept="text/csv",
        DataProcessing={
            "InputFilter": "$[1:]",
            "JoinSource": "Input",
            "OutputFilter": "$[0,-1]",
        },
    )

    assert stored["a.csv.out"] == '"id, 1",6.0\nid-2,14.0\n'


def test_objects_are_joined_with_their_inference(cloud: TransformCloud) -> None:
    cloud.put("in/lines/a.jsonl", '{"id": 1, "x": [1, 2]}\n{"id": 2, "x": [3]}\n')

    stored = cloud.transform(
        "lines",
        ContentType="application/json",
        Accept="application/json",
        SplitType="Line",
        AssembleWith="Line",
        DataProcessing={"InputFilter": "$.x", "JoinSource": "Input"},
    )

    assert [json.loads(line) for line in stored["a.jsonl.out"].splitlines()] == [
        {"id": 1, "x": [1, 2], "SageMakerOutput": {"sum": 3}},
        {"id": 2, "x": [3], "SageMakerOutput": {"sum": 3}},
    ]


def test_a_container_is_told_what_was_asked(cloud: TransformCloud) -> None:
    cloud.put("in/told/a", "{}")

    stored = cloud.transform(
        "told",
        ContentType="application/x-told",
        MaxPayloadInMB=3,
        BatchStrategy="SingleRecord",
        Environment={"SAGEMAKER_OWN": "mine"},
    )

    told = json.loads(stored["a.out"])
    assert told["SAGEMAKER_BATCH"] == "true"
    assert told["SAGEMAKER_MAX_PAYLOAD_IN_MB"] == "3"
    assert told["SAGEMAKER_BATCH_STRATEGY"] == "SINGLE_RECORD"
    assert told["SAGEMAKER_OWN"] == "mine"
    assert "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS" not in told


def test_containers_in_a_row_transform_what_the_one_before_has(cloud: TransformCloud) -> None:
    data = {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/double.tar.gz"}
    cloud.sagemaker.create_model(
        ModelName="twice", ExecutionRoleArn=cloud.role, Containers=[data, data]
    )
    cloud.put("in/twice/a.csv", "1\n2\n")

    stored = cloud.transform("twice", ModelName="twice", Accept="text/csv", SplitType="Line")

    assert stored["a.csv.out"] == "4.0\n8.0"
    containers = [stream.split("/")[1] for stream in cloud.streams("twice")]
    assert containers[:2] == ["container-1", "container-2"]


def test_every_status_is_an_event(cloud: TransformCloud) -> None:
    sqs, events = cloud.client("sqs"), cloud.client("events")
    queue = sqs.create_queue(QueueName="transform")["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    pattern = {
        "detail-type": ["SageMaker Transform Job State Change"],
        "detail": {"TransformJobName": ["told-of"]},
    }
    events.put_rule(Name="transform", EventPattern=json.dumps(pattern))
    target = {"Id": "queue", "Arn": found["Attributes"]["QueueArn"]}
    events.put_targets(Rule="transform", Targets=[target])
    cloud.put("in/told-of/a.csv", "1\n")

    cloud.transform("told-of", Tags=[{"Key": "team", "Value": "churn"}])

    details: list[dict[str, Any]] = []

    def both_came() -> bool:
        answer = sqs.receive_message(QueueUrl=queue)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            details.append(json.loads(message["Body"])["detail"])
        return len(details) == 2

    until(both_came)
    assert [one["TransformJobStatus"] for one in details] == ["InProgress", "Completed"]
    assert details[1]["TransformResources"] == {"InstanceType": "ml.m5.large", "InstanceCount": 1}
    assert details[1]["Tags"] == {"team": "churn"}
    assert isinstance(details[1]["TransformEndTime"], int)


def test_an_object_that_fails_fails_the_job_and_not_the_others(cloud: TransformCloud) -> None:
    cloud.put("in/partly/bad.csv", "1\nnone\n")
    cloud.put("in/partly/good.csv", "1\n2\n")
    retries = {"InvocationsMaxRetries": 0}

    cloud.create("partly", SplitType="Line", AssembleWith="Line", ModelClientConfig=retries)

    job = cloud.ended("partly")
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    assert cloud.results("partly") == {"good.csv.out": "2.0\n4.0\n"}
    label = f"{BUCKET}/in/partly/bad.csv: "
    assert cloud.data_log("partly")[1:5] == [
        f"{label}Bad HTTP status received from algorithm: 500",
        label,
        f"{label}Message:",
        f"{label}could not convert string to float: 'none'",
    ]


@pytest.mark.parametrize(
    ("name", "body", "members", "line"),
    [
        ("too-large", bytes(MEGABYTE + 1), {"MaxPayloadInMB": 1}, "larger than MaxPayloadInMB=1"),
        ("no-gzip", b"1\n", {"CompressionType": "Gzip"}, "Not a gzipped file"),
        ("no-recordio", b"1\n", {"SplitType": "RecordIO"}, "the object ends inside of a record"),
        (
            "no-path",
            b"1,2\n",
            {"DataProcessing": {"OutputFilter": "$[0:1,2:]", "JoinSource": "Input"}},
            "Invalid JsonPath: $[0:1,2:]: only single range filters",
        ),
        (
            "no-index",
            b"1,2\n",
            {"DataProcessing": {"InputFilter": "$[7]"}},
            "there is no index 7",
        ),
    ],
)
def test_bad_data_fails_the_job_with_a_line_in_the_data_log(
    cloud: TransformCloud, name: str, body: bytes, members: dict[str, Any], line: str
) -> None:
    cloud.put(f"in/{name}/a", body)

    cloud.create(name, **members)

    job = cloud.ended(name)
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"] == f"ClientError: {SEE_LOGS}"
    assert line in cloud.data_log(name)[1]
    assert cloud.results(name) == {}


def test_a_model_that_takes_too_long_is_asked_again_and_then_given_up(
    cloud: TransformCloud,
) -> None:
    cloud.put("in/slow/a.csv", "slow")
    client = {"InvocationsTimeoutInSeconds": 1, "InvocationsMaxRetries": 0}

    cloud.create("slow", ModelClientConfig=client)

    assert cloud.ended("slow")["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    assert cloud.data_log("slow")[1].endswith(
        "Model server did not respond to /invocations request within 1 seconds"
    )


def test_a_stopped_job_stores_nothing_of_what_was_not_finished(cloud: TransformCloud) -> None:
    cloud.put("in/stopped/a.csv", "slow")
    cloud.create("stopped")
    until(lambda: "TransformStartTime" in cloud.describe("stopped"))

    cloud.sagemaker.stop_transform_job(TransformJobName="stopped")

    assert cloud.ended("stopped")["TransformJobStatus"] == "Stopped"
    assert cloud.results("stopped") == {}
    with pytest.raises(ClientError, match="is in status Stopped"):
        cloud.sagemaker.stop_transform_job(TransformJobName="stopped")


def test_a_model_that_cannot_be_loaded_fails_the_job(cloud: TransformCloud) -> None:
    cloud.make_model("broken", "def model_fn(model_dir): raise RuntimeError('no weights')")
    cloud.put("in/broken/a.csv", "1\n")

    cloud.create("broken", ModelName="broken")

    reason = cloud.ended("broken")["FailureReason"]
    assert reason.startswith("AlgorithmError: The container primary did not pass the ping health")


def test_what_could_not_be_done_is_refused_at_once(cloud: TransformCloud) -> None:
    cloud.put("in/x.csv", "1\n")

    assert "Could not find model" in refusal(cloud, ModelName="none")
    assert "cannot exceed 100 MB" in refusal(cloud, MaxPayloadInMB=60, MaxConcurrentTransforms=2)
    assert "cannot be greater than 100" in refusal(cloud, MaxPayloadInMB=101)
    assert "DataCaptureConfig" in refusal(
        cloud, DataCaptureConfig={"DestinationS3Uri": f"s3://{BUCKET}/captured"}
    )
    assert "not compatible" in refusal(cloud, S3DataType="AugmentedManifestFile")
    joined = {"JoinSource": "Input"}
    assert "ContentType and Accept must be" in refusal(
        cloud, ContentType="image/png", DataProcessing=joined
    )
    assert "both be CSV or both be JSON" in refusal(
        cloud, Accept="application/json", DataProcessing=joined
    )
    with pytest.raises(ClientError, match="No S3 objects found under S3 URL"):
        cloud.create("refused", f"s3://{BUCKET}/nothing/")
    with pytest.raises(ClientError, match="Could not find requested job with name: refused"):
        cloud.describe("refused")


def test_names_are_unique_and_the_newest_is_listed_first(cloud: TransformCloud) -> None:
    source = cloud.put("in/listed/a.csv", "1\n")
    for name in ("listed-b", "listed-a"):
        cloud.transform(name, source)

    with pytest.raises(ClientError, match="a job with this name already exists"):
        cloud.create("listed-a", source)

    listed = cloud.sagemaker.list_transform_jobs(NameContains="listed")["TransformJobSummaries"]
    assert [job["TransformJobName"] for job in listed] == ["listed-a", "listed-b"]


def test_a_killed_cloud_fails_the_job_and_leaves_no_server(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cloud = TransformCloud(tmp_path, tmp_path_factory.mktemp("cache"))
    try:
        cloud.prepare()
        cloud.make_model("double", DOUBLE)
        cloud.put("in/killed/a.csv", "slow")
        cloud.create("killed")
        until(lambda: "TransformStartTime" in cloud.describe("killed"))
        assert len(cloud.servers()) == 2

        cloud.kill()
        until(lambda: cloud.servers() == [] and lifecycle.status(cloud.state) is None)
        cloud.start()

        reason = cloud.ended("killed")["FailureReason"]
        assert "The local cloud ended while this transform job was under way" in reason
    finally:
        cloud.stop()
