"""Two clouds: one as it is for users, and one with MiniStack as it is."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cloud.account import Account, until
from trainwright_local.cloud import lifecycle


@pytest.fixture
def free_port() -> int:
    return _free_port()


@pytest.fixture(scope="session")
def repaired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account in a cloud with all repairs."""
    state = tmp_path_factory.mktemp("repaired")
    yield Account(lifecycle.up(state, _free_port()))
    lifecycle.down(state)


@pytest.fixture(scope="session")
def unrepaired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account in a cloud without a repair: what it does wrong, a repair is still needed for."""
    state = tmp_path_factory.mktemp("unrepaired")
    module = [sys.executable, "-I", "-m", "trainwright_local.cloud.server", "--unrepaired"]
    port = _free_port()
    with (state / "log").open("wb") as log:
        server = subprocess.Popen(
            [*module, "--port", str(port), "--state", str(state)], stdout=log, stderr=log
        )
    assert until(lambda: _answers(port)), (state / "log").read_text()
    info = lifecycle.status(Path(state))
    assert info is not None
    yield Account(info)
    server.terminate()
    server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
