"""One stack for all of these tests: the one that is named, or one on a local cloud."""

import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.integration.stack.deployment import THEIR_BUCKET, THEIR_ROLE, deploy
from tests.integration.stack.stack import Listener, Stack
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_local.cloud import lifecycle
from trainwright_local.cloud.record import CloudInfo

SCRIPTED = Path(__file__).parents[1] / "algorithms" / "scripted"


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudInfo]:
    """A local cloud of these tests' own."""
    state = tmp_path_factory.mktemp("cloud")
    yield lifecycle.up(state, free_port())
    lifecycle.down(state)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    """The deployed stack, with the scripted algorithm published."""
    if name := request.config.getoption("--stack-name"):
        found = Stack(name, boto3.Session())
    else:
        found = local_stack("tw-test", request.getfixturevalue("cloud"))
    assert found.publish(SCRIPTED)["problems"] == []
    return found


@pytest.fixture(scope="session")
def commands(request: pytest.FixtureRequest, stack: Stack) -> Cloud:
    """The cloud of the stack, as the command line's modules take it."""
    local = None if request.config.getoption("--stack-name") else request.getfixturevalue("cloud")
    return Cloud(Target(stack_name=stack.name), local)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def local_stack(name: str, cloud: CloudInfo) -> Stack:
    """Deploy *name* to *cloud*."""
    deploy(
        name,
        cloud.environment(),
        PipelineBucketArns=f"arn:aws:s3:::{THEIR_BUCKET},arn:aws:s3:::{THEIR_BUCKET}/*",
        PipelineRoleArns=THEIR_ROLE,
    )
    session = boto3.Session(cloud.access_key_id, cloud.secret_access_key, region_name=cloud.region)
    return Stack(name, session, cloud.endpoint_url)


@pytest.fixture(scope="session")
def bus(stack: Stack) -> Iterator[Listener]:
    """Everything that the app's bus carries."""
    listener = stack.listen()
    yield listener
    listener.close()
