"""One cloud for all clients, whose scripts run side by side: they mostly wait."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import boto3
import pytest

from tests.clients.cases import LONGEST_SECONDS, SCRIPTS, Outcomes, Script
from trainwright_local.cloud import lifecycle
from trainwright_local.cloud.record import CloudInfo

AT_ONCE = 5
GIVEN = (
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "SAGEMAKER_USER_CONFIG_OVERRIDE",
)
"""All that a client is told of the cloud."""
TEST = "test_a_client_tells_what_it_would_of_aws"
TRUST = {"Service": "sagemaker.amazonaws.com"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take what the scripts tell for right, to be read before it is committed."""
    parser.addoption("--accept", action="store_true", help="write what the scripts tell")


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudInfo]:
    """A cloud with a role for SageMaker."""
    state = tmp_path_factory.mktemp("cloud")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    info = lifecycle.up(state, port, sam=False)
    try:
        make_role(info)
        yield info
    finally:
        lifecycle.down(state)


@pytest.fixture(scope="session")
def told(
    request: pytest.FixtureRequest, cloud: CloudInfo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Script], Outcomes]]:
    """What a script tells; all that are asked for start with the first."""
    scripts = [
        cast("Script", item.callspec.params["script"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == TEST
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: dict[Script, Future[Outcomes]] = {
            script: pool.submit(run, script, cloud, tmp_path_factory.mktemp(script.client))
            for script in scripts
        }
        yield lambda script: running[script].result()


def run(script: Script, cloud: CloudInfo, folder: Path) -> Outcomes:
    """Run a script as its user would, in a folder of its own."""
    ended = subprocess.run(
        [str(script.python), str(script.path)],
        env=variables(script, cloud, folder),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    print(f"--- {script}\n{ended.stdout}\n{ended.stderr}")  # noqa: T201 - for who reads a failure
    assert ended.returncode == 0, f"{script}: {ended.stderr[-3000:]}"
    outcomes: Outcomes = json.loads(ended.stdout.splitlines()[-1])
    return outcomes


def variables(script: Script, cloud: CloudInfo, home: Path) -> Mapping[str, str]:
    """Give a client its environment: the cloud's address and credentials, nothing of ours."""
    return {
        "PATH": f"{script.python.parent}{os.pathsep}{os.defpath}",
        "HOME": str(home),
        "PYTHONPATH": str(SCRIPTS),
        "ROLE": f"arn:aws:iam::{cloud.account}:role/SageMaker",
        **{name: cloud.environment()[name] for name in GIVEN},
    }


def make_role(cloud: CloudInfo) -> None:
    """Make the role that jobs and models have: version 3 of the SDK wants it to be mighty."""
    session = boto3.Session(cloud.access_key_id, cloud.secret_access_key, region_name=cloud.region)
    iam = session.client("iam", endpoint_url=cloud.endpoint_url)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": TRUST}
    iam.create_role(RoleName="SageMaker", AssumeRolePolicyDocument=policy(trust))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="SageMaker", PolicyName="everything", PolicyDocument=policy(everything)
    )


def policy(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
