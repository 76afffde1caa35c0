"""What a job runs: scripts, packages, shells, commands of its own; and what it may use."""

import json
import socket
from typing import Any

import pytest

from tests.unit.local.training.builders import a_request
from tests.unit.local.training.client import LiveCloud, until

ALGORITHM = a_request()["AlgorithmSpecification"]


def command(*words: str, arguments: list[str] | None = None) -> dict[str, Any]:
    entry = {"ContainerEntrypoint": list(words)}
    given = {"ContainerArguments": arguments} if arguments else {}
    return {"AlgorithmSpecification": ALGORITHM | entry | given, "InputDataConfig": None}


def test_a_shell_script_is_an_entry_point(cloud: LiveCloud) -> None:
    parameters = {"sagemaker_program": '"train.sh"', "words": '"a b; c"'}

    cloud.train("shell", '#!/bin/sh\necho "$@" "$SM_HP_WORDS"', HyperParameters=parameters)

    job = cloud.ended("shell")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert cloud.lines("shell") == ["--words a b; c a b; c"]


BACKEND = """
import zipfile
def build_wheel(folder, *_):
    name = "mine-1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("installed.py", "said = 'by the package'")
        wheel.writestr("mine-1.0.dist-info/METADATA", "Name: mine\\nVersion: 1.0")
        wheel.writestr("mine-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true")
        wheel.writestr("mine-1.0.dist-info/RECORD", "")
    return name
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def test_a_source_with_a_setup_py_is_installed_and_run_as_a_module(cloud: LiveCloud) -> None:
    files = [("setup.py", ""), ("backend.py", BACKEND), ("pyproject.toml", PROJECT)]

    cloud.train("package", "import installed\nprint(__name__, installed.said)", *files)

    job = cloud.ended("package")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert cloud.lines("package") == ["__main__ by the package"]


def test_a_command_of_the_job_takes_the_place_of_the_script(cloud: LiveCloud) -> None:
    script = 'echo "$TRAINING_JOB_NAME ${SM_HPS-nothing}"; python -c "import carried; print(1)"'

    cloud.train("command", "", **command("/bin/bash", arguments=["-c", script]))

    job = cloud.ended("command")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert cloud.lines("command") == ["command nothing", "1"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo no rows; exit 3", "AlgorithmError: no rows, exit code: 3"),
        ("kill -9 $$", "AlgorithmError: killed by SIGKILL, exit code: 137"),
    ],
)
def test_a_command_that_fails_has_its_last_words(
    cloud: LiveCloud, script: str, reason: str
) -> None:
    name = f"command-{script[:4].strip()}"

    cloud.train(name, "", **command("/bin/sh", "-c", script))

    assert cloud.ended(name)["FailureReason"] == reason


def test_a_command_that_is_not_there_is_not_found(cloud: LiveCloud) -> None:
    cloud.train("not-there", "", **command("/no/such/program"))

    assert cloud.ended("not-there")["FailureReason"].endswith("exit code: 127")


def test_an_isolated_job_has_no_credentials(cloud: LiveCloud) -> None:
    script = "import os\nprint(sorted(name for name in os.environ if name.startswith('AWS_')))"

    cloud.train("isolated", script, EnableNetworkIsolation=True)

    assert cloud.ended("isolated")["TrainingJobStatus"] == "Completed"
    assert cloud.lines("isolated") == ["['AWS_EC2_METADATA_DISABLED']"]


@pytest.mark.optml
def test_an_isolated_job_has_no_network(cloud: LiveCloud) -> None:
    script = "import socket\nprint([name for _, name in socket.if_nameindex()])"

    cloud.train("alone", script, EnableNetworkIsolation=True)

    cloud.ended("alone")
    assert cloud.lines("alone") == ["['lo']"]


def test_a_stop_does_not_wait_for_an_environment(cloud: LiveCloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as index:
        url = f"http://127.0.0.1:{index.getsockname()[1]}/simple"
        requirements = ("requirements.txt", f"--index-url {url}\nnever-answered==1.0\n")
        cloud.train("building", "pass", requirements)
        guest, _ = index.accept()
        with guest:
            cloud.sagemaker.stop_training_job(TrainingJobName="building")
            job = cloud.ended("building")
    assert job["SecondaryStatus"] == "Stopped"
    assert [item["Status"] for item in job["SecondaryStatusTransitions"]] == [
        "Starting", "Stopping", "Stopped",
    ]  # fmt: skip


def test_an_uncompressed_model_is_a_folder_of_files(cloud: LiveCloud) -> None:
    script = """
import os, pathlib
model = pathlib.Path(os.environ["SM_MODEL_DIR"])
(model / "deep").mkdir()
(model / "deep" / "weights").write_text("w")
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "report").write_text("r")
"""
    output = {"S3OutputPath": "s3://data/models", "CompressionType": "NONE"}

    cloud.train("plain", script, OutputDataConfig=output)

    job = cloud.ended("plain")
    place = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert place == "s3://data/models/plain/output/model/"
    found = cloud.s3.list_objects_v2(Bucket="data", Prefix="models/plain/")["Contents"]
    assert [item["Key"].removeprefix("models/plain/output/") for item in found] == [
        "data/report", "model/deep/weights",
    ]  # fmt: skip


def test_a_job_whose_time_is_up_keeps_its_model(cloud: LiveCloud) -> None:
    script = """
import os, pathlib, time
pathlib.Path(os.environ["SM_MODEL_DIR"], "so-far").touch()
time.sleep(600)
"""
    cloud.train("time-up", script, StoppingCondition={"MaxRuntimeInSeconds": 1})

    job = cloud.ended("time-up")

    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert list(cloud.model(job)) == ["so-far"]


def test_a_job_that_fills_its_volume_fails_and_says_so(cloud: LiveCloud) -> None:
    script = """
import os, pathlib, time
with open(pathlib.Path(os.environ["SM_MODEL_DIR"], "large"), "wb") as file:
    os.posix_fallocate(file.fileno(), 0, 1100 * 1024 * 1024)
time.sleep(600)
"""
    resources = a_request()["ResourceConfig"] | {"VolumeSizeInGB": 1}

    cloud.train("full", script, ResourceConfig=resources)

    job = cloud.ended("full")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "AlgorithmError: [Errno 28] No space left on device: /opt/ml holds 1.1 GB, and "
        "VolumeSizeInGB is 1"
    )


def test_what_an_instance_uses_is_in_cloudwatch(cloud: LiveCloud) -> None:
    script = "import time\nend = time.monotonic() + 600\nwhile time.monotonic() < end: pass"
    cloud.train("busy", script)
    host = [{"Name": "Host", "Value": "busy/algo-1"}]
    metrics, namespace = cloud.client("cloudwatch"), "/aws/sagemaker/TrainingJobs"

    def published() -> dict[str, Any]:
        found = metrics.list_metrics(Namespace=namespace, Dimensions=host)["Metrics"]
        return {item["MetricName"]: item for item in found}

    until(lambda: len(published()) == 3)
    job = cloud.describe("busy")
    cloud.sagemaker.stop_training_job(TrainingJobName="busy")
    cpu = metrics.get_metric_statistics(
        Namespace=namespace,
        MetricName="CPUUtilization",
        Dimensions=host,
        StartTime=job["CreationTime"].timestamp() - 60,
        EndTime=job["CreationTime"].timestamp() + 60,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]

    assert sorted(published()) == ["CPUUtilization", "DiskUtilization", "MemoryUtilization"]
    assert 5 < cpu[0]["Maximum"] < 200, json.dumps(cpu, default=str)
