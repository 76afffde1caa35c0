"""What an engine is told, and how this cloud knows its own containers."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.builders import Cloud
from trainwright_local.sagemaker.containers import owned
from trainwright_local.sagemaker.containers.engine import Engine, EngineError, Launch
from trainwright_local.sagemaker.containers.owned import Containers

SECRET = "s3cret"


def a_launch(**members: Any) -> Launch:
    given = {"image": "mine:1", "volumes": {}, "env": {}, "name": "one", "owner": "cloud"}
    return Launch(**given | members)


def words(program: str = "docker", **members: Any) -> str:
    return " ".join(Engine(program).command(a_launch(**members)))


def test_a_container_of_a_job_shares_the_network() -> None:
    assert "--network host" in words()
    assert "--network none" in words(isolated=True)
    assert "--publish" not in words()


@pytest.mark.parametrize(
    ("program", "network"),
    [("docker", "bridge"), ("podman", "slirp4netns:allow_host_loopback=true")],
)
def test_a_container_that_listens_has_a_network_of_its_own(program: str, network: str) -> None:
    told = words(program, port=4711)

    assert f"--network {network} --publish 127.0.0.1:4711:8080" in told


def test_secrets_are_not_on_the_command_line() -> None:
    launch = a_launch(env={"TOKEN": SECRET, "HOME": "/tmp"})

    told, variables = Engine("docker").command(launch), Engine("docker").variables(launch, {})

    assert SECRET not in " ".join(told)
    assert "--env TOKEN" in " ".join(told)
    # What the engine's client itself needs would mislead it.
    assert "--env HOME=/tmp" in " ".join(told)
    assert variables == {"TOKEN": SECRET}


def test_an_entry_point_of_several_words_is_one_word_and_arguments() -> None:
    told = words(entrypoint=["sh", "-c"], arguments=["echo 1"])

    assert told.endswith("--entrypoint sh mine:1 -c echo 1")


def test_the_hosts_of_a_job_have_addresses() -> None:
    told = words(host="algo-2", fellows=["algo-1", "algo-2"])

    assert "--hostname algo-2" in told
    assert "--add-host algo-1:127.0.0.1 --add-host algo-2:127.0.0.2" in told


def test_folders_are_shown(tmp_path: Path) -> None:
    assert f"--volume {tmp_path}:/opt/ml/model:ro" in words(volumes={tmp_path: "/opt/ml/model:ro"})


def test_files_are_handed_over_to_whom_a_container_knows() -> None:
    assert Engine("docker").owner() == f"{os.getuid()}:{os.getgid()}"
    assert Engine("podman").owner() == "0:0"


def test_an_engine_that_hangs_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docker").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(EngineError, match=r"docker has not answered for 0\.1 s"):
        Engine("docker", patience=0.1).fetch("mine:1")


class FakeEngine(Engine):
    """An engine that only remembers whose containers it was to remove."""

    removed: list[str] = []

    def remove_all_of(self, owner: str) -> None:
        self.removed.append(owner)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine("podman")
    monkeypatch.setattr(FakeEngine, "removed", [])
    monkeypatch.setattr(owned, "engine", lambda: fake)
    return fake


def containers(folder: Path) -> Containers:
    return Cloud(folder).service.part(Containers)


def test_a_cloud_removes_what_its_last_life_left_and_no_other_ones(
    tmp_path: Path, engine: FakeEngine
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    left = containers(tmp_path / "one").named(a_launch(), "training").owner
    containers(tmp_path / "other").named(a_launch(), "training")

    containers(tmp_path / "one").start()

    assert engine.removed == [left]


def test_a_cloud_that_had_no_container_asks_no_engine(tmp_path: Path, engine: FakeEngine) -> None:
    containers(tmp_path).start()

    assert engine.removed == []


def test_containers_are_named_for_what_they_are(tmp_path: Path, engine: FakeEngine) -> None:
    part = containers(tmp_path)

    first, second = (part.named(a_launch(), "churn/all variants").name for _ in range(2))

    assert first.startswith("trainwright-churn-all-variants-")
    assert first != second


def test_slirp4netns_shows_the_loopback_under_another_address(
    tmp_path: Path, engine: FakeEngine
) -> None:
    assert containers(tmp_path).endpoint_url(engine) == "http://10.0.2.2:9"


@pytest.mark.usefixtures("tmp_path")
def test_no_engine_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owned, "engine", lambda: None)

    with pytest.raises(EngineError, match="neither docker nor podman"):
        containers(tmp_path).engine()
