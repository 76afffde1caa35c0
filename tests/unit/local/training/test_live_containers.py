"""Images that nobody emulates, run by the engine of this machine."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.client import KEYS, LiveCloud, until
from trainwright_local.sagemaker.engine import engine

pytestmark = pytest.mark.container

IMAGE = "trainwright-test-train:1"
PROGRAMS = ("sh", "cat", "sleep", "ls", "env")
TRAIN = """#!/bin/sh
trap 'echo told > /opt/ml/model/told; exit 0' TERM
echo "$TRAINING_JOB_NAME $TEAM ${AWS_SESSION_TOKEN:+credentials}"
cat /opt/ml/input/config/hyperparameters.json; echo
ls /opt/ml/input/data/train
echo weights > /opt/ml/model/weights
if [ "$TEAM" = fails ]; then echo "no rows" > /opt/ml/output/failure; exit 3; fi
if [ "$TEAM" = waits ]; then echo begun; while true; do sleep 0.1; done; fi
"""
CONTAINERS_CONF = """
[containers]
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=8192:8192"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
STORAGE_CONF = '[storage]\ndriver = "overlay"\ngraphroot = "{0}/root"\nrunroot = "{0}/run"\n'


@pytest.fixture(scope="module")
def storage() -> Iterator[Path]:
    """A folder with a short name: podman waits in vain for sockets whose names are too long."""
    folder = Path(tempfile.mkdtemp(prefix="podman-"))
    yield folder
    if (folder / "root" / "overlay").exists():
        subprocess.run(["umount", "--quiet", folder / "root" / "overlay"], check=False)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory, storage: Path) -> Iterator[LiveCloud]:
    """A cloud whose engine has an image, made of this machine's own programs."""
    folder = tmp_path_factory.mktemp("containers")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings(storage).items():
            patch.setenv(name, value)
        import_image(folder)
        live = LiveCloud(folder)
        try:
            live.make_role("s3:*", "logs:*", "cloudwatch:PutMetricData")
            where = {"LocationConstraint": "eu-west-1"}
            live.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
            live.s3.put_object(Bucket="data", Key=KEYS[0], Body=b"1")
            yield live
        finally:
            live.stop()
            program("rmi", "--force", IMAGE)


def settings(folder: Path) -> dict[str, str]:
    """Give podman as root a storage of the test's own, and what it can do without a system bus."""
    present = engine()
    if present is None or present.program != "podman" or os.getuid():
        return {}
    runtime = '\nruntime = "runc"\n' if shutil.which("runc") else ""
    (folder / "containers.conf").write_text(CONTAINERS_CONF + runtime)
    (folder / "storage.conf").write_text(STORAGE_CONF.format(folder))
    return {
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }


def import_image(folder: Path) -> None:
    root = folder / "image"
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "tmp").mkdir()
    (root / "bin").symlink_to("usr/bin")
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found
        libraries = subprocess.run(["ldd", found], capture_output=True, text=True, check=True)
        shutil.copy(found, root / "usr" / "bin" / name)
        for word in libraries.stdout.split():
            if word.startswith("/"):
                (root / word[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(word, root / word[1:])
    script = root / "usr" / "bin" / "train"
    script.write_text(TRAIN)
    script.chmod(0o755)
    subprocess.run(["tar", "-C", root, "-cf", folder / "image.tar", "."], check=True)
    program("import", "--change", "ENV PATH=/usr/bin", str(folder / "image.tar"), IMAGE)


def program(*words: str) -> str:
    present = engine()
    assert present is not None
    done = subprocess.run([present.program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_image_trains_as_its_role(containers: LiveCloud) -> None:
    containers.train_image("image", IMAGE, Environment={"TEAM": "churn", "HOME": "/tmp"})

    job = containers.ended("image")

    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert containers.lines("image") == [
        "image churn credentials", '{"epochs": "3"}', "a b.csv",
    ]  # fmt: skip
    assert containers.model(job) == {"weights": b"weights\n"}


def test_an_image_may_be_given_another_command(containers: LiveCloud) -> None:
    command = {"ContainerEntrypoint": ["/bin/sh", "-c"], "ContainerArguments": ["echo $0; exit 4"]}

    containers.train_image("other", IMAGE, AlgorithmSpecification=command)

    reason = containers.ended("other")["FailureReason"]
    assert reason == "AlgorithmError: /bin/sh, exit code: 4"


def test_an_image_words_its_failure(containers: LiveCloud) -> None:
    containers.train_image("fails", IMAGE, Environment={"TEAM": "fails"})

    reason = containers.ended("fails")["FailureReason"]

    assert reason == "AlgorithmError: no rows\n, exit code: 3"


def test_an_isolated_image_has_no_credentials(containers: LiveCloud) -> None:
    containers.train_image("alone", IMAGE, EnableNetworkIsolation=True)

    containers.ended("alone")
    assert containers.lines("alone")[0].rstrip() == "alone"


def test_a_container_is_told_of_the_stop_and_gone_afterwards(containers: LiveCloud) -> None:
    containers.train_image("waits", IMAGE, Environment={"TEAM": "waits"})
    until(lambda: "begun" in containers.lines("waits"))
    assert program("ps", "--quiet").strip()

    containers.sagemaker.stop_training_job(TrainingJobName="waits")

    job = containers.ended("waits")
    assert job["TrainingJobStatus"] == "Stopped"
    assert containers.model(job)["told"] == b"told\n"
    assert program("ps", "--all", "--quiet").strip() == ""


def test_an_image_that_is_not_there_fails_the_job(containers: LiveCloud) -> None:
    containers.train_image("missing", "localhost/no-such-image:1")

    reason = containers.ended("missing")["FailureReason"]

    assert reason.startswith("ClientError: Cannot pull algorithm container.")


def test_a_container_dies_with_its_cloud(containers: LiveCloud) -> None:
    containers.train_image("killed", IMAGE, Environment={"TEAM": "waits"})
    until(lambda: "begun" in containers.lines("killed"))

    containers.kill()
    containers.start()

    job: dict[str, Any] = containers.ended("killed")
    assert job["FailureReason"].startswith("InternalServerError: The local cloud ended while")
    until(lambda: program("ps", "--all", "--quiet").strip() == "")
