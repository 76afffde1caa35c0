"""Jobs of several instances, and what their channels hold."""

import json
import socket

import pytest

from tests.unit.local.training.builders import a_channel, a_request
from tests.unit.local.training.client import KEYS, LiveCloud

FILES = [key.removeprefix("train/") for key in sorted(KEYS)]
REPORT = """
import json, os, pathlib
host = os.environ["SM_CURRENT_HOST"]
folder = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"])
report = {
    "hosts": json.loads(os.environ["SM_HOSTS"]),
    "files": sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()),
    "interface": os.environ["SM_NETWORK_INTERFACE_NAME"],
}
for place in (os.environ["SM_MODEL_DIR"], os.environ["SM_OUTPUT_DATA_DIR"]):
    pathlib.Path(place, host).write_text(json.dumps(report))
    pathlib.Path(place, "same").write_text(host)
print("loss=%s" % host.removeprefix("algo-"))
"""


def instances(count: int) -> dict[str, object]:
    return {"ResourceConfig": a_request()["ResourceConfig"] | {"InstanceCount": count}}


def test_each_instance_has_its_share_and_all_models_are_one(cloud: LiveCloud) -> None:
    sharded = a_channel()
    sharded["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
    metrics = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
    algorithm = a_request()["AlgorithmSpecification"] | {"MetricDefinitions": metrics}

    cloud.train(
        "three",
        REPORT,
        InputDataConfig=[sharded],
        AlgorithmSpecification=algorithm,
        **instances(3),
    )

    job = cloud.ended("three")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    model = cloud.model(job)
    assert sorted(model) == ["algo-1", "algo-2", "algo-3", "same"]
    assert model["same"] == b"algo-1"
    assert sorted(cloud.model(job, "output.tar.gz")) == sorted(model)
    reports = [json.loads(model[f"algo-{number}"]) for number in (1, 2, 3)]
    assert [report["hosts"] for report in reports] == [["algo-1", "algo-2", "algo-3"]] * 3
    assert [report["files"] for report in reports] == [FILES[0::3], FILES[1::3], FILES[2::3]]
    assert {report["interface"] for report in reports} == {"lo"}
    assert [cloud.lines("three", f"algo-{number}") for number in (1, 2, 3)] == [
        ["loss=1"], ["loss=2"], ["loss=3"],
    ]  # fmt: skip


@pytest.mark.optml
def test_instances_reach_each_other_by_name(cloud: LiveCloud) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = f"""
import os, socket, time
host = os.environ["SM_CURRENT_HOST"]
assert socket.gethostname() == host
if host == "algo-1":
    with socket.create_server(("algo-1", {port})) as server:
        guest, _ = server.accept()
        print(guest.recv(100).decode())
else:
    while True:
        try:
            socket.create_connection(("algo-1", {port})).sendall(b"hello from " + host.encode())
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
"""
    cloud.train("talking", script, InputDataConfig=None, **instances(2))

    job = cloud.ended("talking")

    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert cloud.lines("talking") == ["hello from algo-2"]


def test_an_instance_that_fails_ends_the_others(cloud: LiveCloud) -> None:
    script = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    raise ValueError("the second one has no rows")
time.sleep(600)
"""
    cloud.train("one-fails", script, **instances(2))

    job = cloud.ended("one-fails")

    assert job["TrainingJobStatus"] == "Failed"
    assert "ValueError: the second one has no rows" in job["FailureReason"]


def test_channels_hold_what_their_sources_name(cloud: LiveCloud) -> None:
    manifest = [{"prefix": "s3://data/train/"}, "sub/deep.csv", "a b.csv"]
    cloud.s3.put_object(Bucket="data", Key="some.manifest", Body=json.dumps(manifest).encode())
    listed = a_channel("listed", "s3://data/some.manifest")
    listed["DataSource"]["S3DataSource"]["S3DataType"] = "ManifestFile"
    channels = [
        a_channel("file", ShuffleConfig={"Seed": 7}),
        a_channel("fast", InputMode="FastFile"),
        a_channel("one", "s3://data/train/sub/deep.csv"),
        listed,
    ]
    script = """
import json, os, pathlib
for name in json.loads(os.environ["SM_CHANNELS"]):
    folder = pathlib.Path(os.environ["SM_CHANNEL_" + name.upper()])
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    print(name, json.dumps(files, ensure_ascii=False))
"""
    cloud.train("channels", script, InputDataConfig=channels)

    job = cloud.ended("channels")

    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    held = {name: json.loads(files) for name, files in map(words, cloud.lines("channels"))}
    assert held == {
        "file": FILES,
        "fast": FILES,
        "one": ["deep.csv"],
        "listed": ["a b.csv", "sub/deep.csv"],
    }


def words(line: str) -> tuple[str, str]:
    name, _, files = line.partition(" ")
    return name, files


def test_a_shuffled_channel_is_shared_out_by_its_seed(cloud: LiveCloud) -> None:
    shares = []
    for name in ("seed-a", "seed-b"):
        channel = a_channel(ShuffleConfig={"Seed": 3})
        channel["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
        cloud.train(name, REPORT, InputDataConfig=[channel], **instances(2))
        model = cloud.model(cloud.ended(name))
        shares.append([json.loads(model[host])["files"] for host in ("algo-1", "algo-2")])

    assert shares[0] == shares[1] != [FILES[0::2], FILES[1::2]]
    assert sorted(shares[0][0] + shares[0][1]) == FILES
