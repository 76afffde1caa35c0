"""Images of scripts alone, pushed into a running cloud: they need no engine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.unit.local.training.builders import ACCOUNT, REGION, ROLE
from tests.unit.local.training.client import KEYS, SECRET, LiveCloud, until
from trainwright_cli.images.building import Target
from trainwright_cli.images.folders import ContainerFolder, Specification, folder_of
from trainwright_cli.images.pushing import Ecr, ensure
from trainwright_local.sagemaker.containers import admission

ROOT = Path(__file__).parents[4]
TRAIN = """
import os, signal, sys, time
mode = sys.argv[2]
print("mode", mode, sorted(os.listdir(os.environ["SM_CHANNEL_TRAIN"]))[:1], flush=True)
model = os.environ["SM_MODEL_DIR"]
if mode == "fails":
    sys.exit("train/a.csv, line 3: no number")
if mode == "waits":
    def told(*_):
        open(os.path.join(model, "told"), "w").write("yes")
        sys.exit(0)
    signal.signal(signal.SIGTERM, told)
    print("begun", flush=True)
    time.sleep(120)
open(os.path.join(model, "weights"), "w").write("learnt " + mode)
"""
INFERENCE = """
import json, os
def model_fn(folder):
    return open(folder + "/weights").read()
def input_fn(body, content_type):
    return json.loads(body)
def predict_fn(asked, model):
    return {"model": model, "asked": asked, "greeting": os.environ.get("GREETING")}
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCloud]:
    """A cloud with a role that may do what jobs and models need."""
    cloud = LiveCloud(tmp_path_factory.mktemp("cloud"))
    try:
        cloud.make_role("s3:*", "logs:*", "cloudwatch:PutMetricData")
        where = {"LocationConstraint": REGION}
        cloud.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
        cloud.s3.put_object(Bucket="data", Key=KEYS[0], Body=b"1")
        yield cloud
    finally:
        cloud.stop()


@pytest.fixture(scope="module")
def image(live: LiveCloud, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URI of an image built on the real base, by its digest."""
    root = tmp_path_factory.mktemp("checkout")
    folder = root / "containers" / "echo"
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "train.py").write_text(TRAIN)
    (folder / "code" / "inference.py").write_text(INFERENCE)
    specification = Specification(title="Echo", python="3.13", base="base")
    echo = ContainerFolder(root, "echo", specification, folder_of(ROOT, "base"))
    session = boto3.Session(ACCOUNT, SECRET, region_name=REGION)
    ecr = Ecr(session, "shop", local_url=f"http://127.0.0.1:{live.port}")
    return ensure(ecr, None, Target(echo, "cpu"), ecr.repository("echo"))


def test_a_job_runs_the_image_s_own_script(live: LiveCloud, image: str) -> None:
    live.train_image("echo", image, HyperParameters={"mode": "learns"})

    job = live.ended("echo")

    assert job.get("FailureReason") is None
    assert job["TrainingJobStatus"] == "Completed"
    assert live.model(job) == {"weights": b"learnt learns"}


def test_a_script_that_fails_gives_the_reason_in_its_own_words(live: LiveCloud, image: str) -> None:
    live.train_image("fails", image, HyperParameters={"mode": "fails"})

    job = live.ended("fails")

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == ("AlgorithmError: train/a.csv, line 3: no number, exit code: 1")


def test_a_stop_reaches_the_script(live: LiveCloud, image: str) -> None:
    live.train_image("waits", image, HyperParameters={"mode": "waits"})
    until(lambda: any("begun" in line for line in live.lines("waits")))

    live.sagemaker.stop_training_job(TrainingJobName="waits")

    job = live.ended("waits")
    assert job["TrainingJobStatus"] == "Stopped"
    assert live.model(job) == {"told": b"yes"}


def test_an_endpoint_serves_the_image_s_own_script(live: LiveCloud, image: str) -> None:
    live.train_image("served", image, HyperParameters={"mode": "learns"})
    artifact = live.ended("served")["ModelArtifacts"]["S3ModelArtifacts"]
    container = {"Image": image, "ModelDataUrl": artifact, "Environment": {"GREETING": "hello"}}
    live.sagemaker.create_model(ModelName="echo", PrimaryContainer=container, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "all", "ModelName": "echo", "InstanceType": "ml.m5.large"}
    live.sagemaker.create_endpoint_config(
        EndpointConfigName="echo", ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    live.sagemaker.create_endpoint(EndpointName="echo", EndpointConfigName="echo")
    try:
        until(lambda: status_of(live) != "Creating")
        assert status_of(live) == "InService"

        answer = live.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="echo", Body=b"[1]", ContentType="application/json"
        )

        told = json.loads(answer["Body"].read())
        assert told == {"model": "learnt learns", "asked": [1], "greeting": "hello"}
    finally:
        live.sagemaker.delete_endpoint(EndpointName="echo")


def test_an_image_of_nobody_is_refused_in_one_line_without_an_engine(
    live: LiveCloud, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "engine", lambda: None)
    other = image.replace("shop-echo", "nobody-s")

    assert "Any other image needs docker or podman" in admission.refusal_of(other)


def status_of(live: LiveCloud) -> Any:
    return live.sagemaker.describe_endpoint(EndpointName="echo")["EndpointStatus"]
