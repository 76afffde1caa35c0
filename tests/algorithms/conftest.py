"""One stack for the session, and on it the algorithms that it tests."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import boto3
import pytest

from tests.algorithms.bench import Bench, Trained
from tests.algorithms.catalogue import ALL, Algorithm, selected
from tests.algorithms.checks import GROUPS, RefusedData
from tests.algorithms.results import record
from tests.integration.stack.conftest import local_stack
from tests.integration.stack.stack import Listener, Stack
from trainwright_local.cloud import lifecycle

ALGORITHM, TRAINED = "algorithm", "trained"
BRIEF = 2
"""Bad data sets are what takes longest: each is a training job that must start to fail."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take what to test, and whether to keep what it reached."""
    names = ", ".join((*GROUPS, ALL))
    parser.addoption(
        "--group",
        action="append",
        default=[],
        choices=(*GROUPS, ALL),
        metavar="GROUP",
        help=f"test algorithms of this group: {names}; may be repeated, everyday by default",
    )
    parser.addoption("--brief", action="store_true", help=f"only {BRIEF} bad data sets of each")
    parser.addoption("--record", action="store_true", help="write docs/algorithms/results")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Test every algorithm that was asked for, one after the other."""
    if ALGORITHM in metafunc.fixturenames:
        groups = set(metafunc.config.getoption("--group") or ("everyday",))
        found = selected(groups)
        metafunc.parametrize(ALGORITHM, found, ids=lambda each: each.name, scope="session")


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The stack that is named, or one on a local cloud."""
    if name := request.config.getoption("--stack-name"):
        yield Stack(name, boto3.Session())
        return
    state = tmp_path_factory.mktemp("cloud")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    try:
        yield local_stack("tw-algo", lifecycle.up(state, port))
    finally:
        lifecycle.down(state)


@pytest.fixture(scope="session")
def bus(stack: Stack) -> Iterator[Listener]:
    """Everything that the app's bus carries."""
    listener = stack.listen()
    yield listener
    listener.close()


@pytest.fixture(scope="session")
def bench(
    request: pytest.FixtureRequest,
    stack: Stack,
    bus: Listener,  # before anything is trained
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bench]:
    """The bench, with the algorithms in the order of their tests."""
    items = (item for item in request.session.items if isinstance(item, pytest.Function))
    asked = [
        cast("Algorithm", item.callspec.params[ALGORITHM])
        for item in items
        if TRAINED in item.fixturenames
    ]
    found = Bench(stack, tmp_path_factory.mktemp("bench"), list(dict.fromkeys(asked)))
    yield found
    found.close()


@pytest.fixture(scope="session")
def trained(
    request: pytest.FixtureRequest,
    bench: Bench,
    algorithm: Algorithm,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Trained]:
    """The algorithm, trained on its sample; afterwards what serves it goes."""
    try:
        found = bench.take(algorithm)
        yield found
        if request.config.getoption("--record"):
            record(found, Path(tmp_path_factory.mktemp(algorithm.name)))
    finally:
        bench.clear(algorithm)


@pytest.fixture
def bad_data(request: pytest.FixtureRequest, algorithm: Algorithm) -> tuple[RefusedData, ...]:
    """The data sets that the algorithm must refuse."""
    brief = request.config.getoption("--brief")
    return algorithm.checks.refused_data[: BRIEF if brief else None]


@pytest.fixture
def serving(trained: Trained) -> Trained:
    """The algorithm, if it is served: what cannot be asked, cannot be tested."""
    if trained.outcome.status != "Succeeded":
        pytest.fail(f"{trained.algorithm.name} is not served: {trained.outcome}", pytrace=False)
    return trained
