"""Training jobs whose images nobody emulates, run by the engine of this machine."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.containers.client import Containers
from tests.unit.local.containers.engines import IMAGE
from tests.unit.local.training.client import until
from trainwright_local.sagemaker.containers.engine import engine

pytestmark = pytest.mark.container


def test_an_image_trains_as_its_role(containers: Containers) -> None:
    containers.train_image("image", IMAGE, Environment={"TEAM": "churn", "HOME": "/tmp"})

    job = containers.ended("image")

    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert containers.lines("image") == [
        "image churn credentials", '{"epochs": "3"}', "a b.csv",
    ]  # fmt: skip
    assert containers.model(job) == {"weights": b"weights\n"}


def test_an_image_may_be_given_another_command(containers: Containers) -> None:
    command = {"ContainerEntrypoint": ["/bin/sh", "-c"], "ContainerArguments": ["echo $0; exit 4"]}

    containers.train_image("other", IMAGE, AlgorithmSpecification=command)

    reason = containers.ended("other")["FailureReason"]
    assert reason == "AlgorithmError: /bin/sh, exit code: 4"


def test_an_image_words_its_failure(containers: Containers) -> None:
    containers.train_image("fails", IMAGE, Environment={"TEAM": "fails"})

    reason = containers.ended("fails")["FailureReason"]

    assert reason == "AlgorithmError: no rows\n, exit code: 3"


def test_an_isolated_image_has_no_credentials(containers: Containers) -> None:
    containers.train_image("alone", IMAGE, EnableNetworkIsolation=True)

    containers.ended("alone")
    assert containers.lines("alone")[0].rstrip() == "alone"


def test_a_container_is_told_of_the_stop_and_gone_afterwards(containers: Containers) -> None:
    containers.train_image("waits", IMAGE, Environment={"TEAM": "waits"})
    until(lambda: "begun" in containers.lines("waits"))
    assert containers.names("waits")

    containers.sagemaker.stop_training_job(TrainingJobName="waits")

    job = containers.ended("waits")
    assert job["TrainingJobStatus"] == "Stopped"
    assert containers.model(job)["told"] == b"told\n"
    assert not containers.names("waits")


def test_an_image_that_is_not_there_fails_the_job(containers: Containers) -> None:
    containers.train_image("missing", "localhost/no-such-image:1")

    reason = containers.ended("missing")["FailureReason"]

    assert reason.startswith("ClientError: Cannot pull algorithm container.")


def test_a_container_dies_with_its_cloud(containers: Containers) -> None:
    containers.train_image("killed", IMAGE, Environment={"TEAM": "waits"})
    until(lambda: "begun" in containers.lines("killed"))

    containers.kill()
    containers.start()

    job: dict[str, Any] = containers.ended("killed")
    assert job["FailureReason"].startswith("InternalServerError: The local cloud ended while")
    until(lambda: not containers.names("killed"))


def test_what_a_container_writes_can_be_handed_over(containers: Containers, tmp_path: Path) -> None:
    present = engine()
    assert present is not None
    (tmp_path / "by-root").touch()

    present.hand_over(tmp_path, IMAGE, "1234:5678")

    assert (tmp_path / "by-root").stat().st_uid == 1234
