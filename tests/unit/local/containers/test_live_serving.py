"""Endpoints whose images nobody emulates, run by the engine of this machine."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.unit.local.containers.client import GRACE_SECONDS, Containers
from tests.unit.local.training.client import until

pytestmark = pytest.mark.container


@pytest.fixture(autouse=True)
def _ended(containers: Containers) -> Iterator[None]:
    """Leave no endpoint to the next test."""
    yield
    for name in containers.endpoints():
        containers.delete(name)


def test_an_image_serves_as_its_role(containers: Containers) -> None:
    container = containers.a_container("v1", Environment={"TEAM": "churn", "HOME": "/tmp"})

    assert containers.deploy("mine", container) == "InService"

    assert containers.ask("mine", "hello") == "v1 hello"
    env = json.loads(containers.ask("mine", "env"))
    assert (env["TEAM"], env["HOME"]) == ("churn", "/tmp")
    assert env["AWS_SESSION_TOKEN"]
    assert json.loads(containers.ask("mine", "cloud")) == 403  # it speaks, and wants a signature
    until(lambda: containers.served_lines("mine") == ["serving"])


def test_containers_that_all_listen_on_8080_do_not_meet(containers: Containers) -> None:
    assert containers.deploy("first", containers.a_container("1"), count=2) == "InService"
    assert containers.deploy("second", containers.a_container("2")) == "InService"

    assert containers.ask("first", "hello") == "1 hello"
    assert containers.ask("second", "hello") == "2 hello"
    assert len(containers.names("first")) == 2

    containers.delete("first")
    assert not containers.names("first")
    assert containers.ask("second", "hello") == "2 hello"


def test_a_container_is_told_of_its_end(containers: Containers) -> None:
    containers.deploy("told", containers.a_container("told"))

    containers.delete("told")

    assert containers.served_lines("told") == ["serving", "told to stop"]
    assert not containers.names("told")


def test_a_container_that_is_told_in_vain_is_killed(containers: Containers) -> None:
    containers.deploy("deaf", containers.a_container("deaf", Environment={"MOOD": "deaf"}))

    began = time.monotonic()
    containers.delete("deaf")

    assert time.monotonic() - began > GRACE_SECONDS
    assert containers.served_lines("deaf") == ["serving", "told to stop"]
    assert not containers.names("deaf")


def test_a_container_that_dies_is_started_again(containers: Containers) -> None:
    containers.deploy("mortal", containers.a_container("here"))

    with pytest.raises(containers.runtime.exceptions.ModelError):
        containers.ask("mortal", "die")

    until(lambda: containers.answers("mortal"))
    assert containers.ask("mortal", "still") == "here still"
    assert len(containers.names("mortal")) == 1


def test_a_container_that_ends_at_once_fails_its_endpoint(containers: Containers) -> None:
    container = containers.a_container("broken", Environment={"MOOD": "broken"})

    assert containers.deploy("broken", container) == (
        "The container-1 container for production variant all did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )
    assert containers.served_lines("broken") == ["no weights"]
    assert not containers.names("broken")


def test_an_image_that_is_not_there_fails_its_endpoint(containers: Containers) -> None:
    container = containers.a_container("nowhere", Image="localhost/no-such-image:1")

    reason = containers.deploy("nowhere", container)

    assert reason.startswith("Please make sure all images included in the model for the production")
    assert "no-such-image" in reason


def test_an_isolated_container_has_no_credentials(containers: Containers) -> None:
    containers.deploy("alone", containers.a_container("alone"), EnableNetworkIsolation=True)

    env = json.loads(containers.ask("alone", "env"))

    assert not [name for name in env if name.startswith("AWS_")]


def test_a_pipeline_of_containers(containers: Containers) -> None:
    row = [containers.a_container("first"), containers.a_container("second")]

    assert containers.deploy("pipeline", *row) == "InService"

    assert containers.ask("pipeline", "hello") == "second first hello"


def test_containers_come_back_with_their_cloud(containers: Containers) -> None:
    containers.deploy("kept", containers.a_container("kept"))
    before = containers.names("kept")

    containers.kill()
    containers.start()

    until(lambda: containers.answers("kept"))
    assert containers.ask("kept", "hello") == "kept hello"
    after = containers.names("kept")
    assert len(after) == 1
    assert before != after
