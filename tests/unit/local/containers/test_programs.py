"""A model server that is a container, of an engine that only plays at being one."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.local.training.builders import Cloud
from tests.unit.local.training.client import until
from trainwright_local.sagemaker.containers.engine import Engine, Launch
from trainwright_local.sagemaker.containers.owned import Containers
from trainwright_local.sagemaker.endpoints.programs import ContainerProgram
from trainwright_local.sagemaker.endpoints.runtime import Runtime
from trainwright_local.sagemaker.endpoints.server import ModelServer

runtime = Runtime()
FAKE = Path(__file__).with_name("fake_podman.py")


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the engine has been told, in a file; the engine is the first on the path."""
    notes, program = tmp_path / "notes", tmp_path / "bin" / "podman"
    program.parent.mkdir()
    run = shlex.join([sys.executable, str(FAKE), str(notes)])
    program.write_text(f'#!/bin/sh\nexec {run} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return notes


@pytest.fixture
def server(tmp_path: Path, notes: Path) -> Iterator[ModelServer]:
    def launch(port: int) -> Launch:
        env = {"TEAM": "churn"}
        return Launch(image="mine:1", volumes={}, env=env, arguments=["serve"], port=port)

    part = Cloud(tmp_path).service.part(Containers)
    made = ModelServer(ContainerProgram(part, Engine("podman"), launch, "churn"), print)
    yield made
    made.stop(0)


def ask(server: ModelServer, body: bytes) -> str:
    async def asked() -> bytes:
        reply = await server.open("POST", "/invocations", body, {}, 60)
        return await reply.read()

    return runtime.run(asked()).decode()


def told(notes: Path, verb: str) -> list[str]:
    return [line for line in notes.read_text().splitlines() if line.startswith(verb)]


def names(notes: Path) -> list[str]:
    lines = [line.split() for line in told(notes, "run")]
    return [line[line.index("--name") + 1] for line in lines]


def test_it_serves_with_its_environment(server: ModelServer, notes: Path) -> None:
    assert server.start(60)

    assert ask(server, b"hello") == "churn hello"
    assert told(notes, "run")[0].endswith("mine:1 serve")


def test_what_an_engine_might_keep_is_removed(server: ModelServer, notes: Path) -> None:
    assert server.start(60)

    server.stop(5)

    assert told(notes, "rm") == [f"rm --force {names(notes)[0]}"]


def test_one_that_dies_is_removed_and_followed_by_another(server: ModelServer, notes: Path) -> None:
    assert server.start(60)
    with pytest.raises(Exception, match="died"):
        ask(server, b"die")

    until(lambda: len(names(notes)) == 2 and server.is_up)

    first, second = names(notes)
    assert first != second
    assert told(notes, "rm") == [f"rm --force {first}"]
    assert ask(server, b"again") == "churn again"
