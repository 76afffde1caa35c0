"""The command in this process, and an empty AWS account with a stack in it, by moto."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from trainwright_cli.main import app

type Run = Callable[..., "Ended"]

_ROLE = "arn:aws:iam::123456789012:role/states"
_TEMPLATE = {
    "Resources": {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
        },
        "Runs": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"}
                    for name in ("run", "month", "started")
                ],
                "KeySchema": [{"AttributeName": "run", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by_month",
                        "KeySchema": [
                            {"AttributeName": "month", "KeyType": "HASH"},
                            {"AttributeName": "started", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
                "RoleArn": _ROLE,
            },
        },
    },
    "Outputs": {
        "DataBucketName": {"Value": {"Ref": "Bucket"}},
        "RunsTableName": {"Value": {"Ref": "Runs"}},
        "TrainDeployStateMachineArn": {"Value": {"Ref": "Machine"}},
    },
}


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave no local cloud, no configuration and no checkout for a command to find."""
    monkeypatch.setenv("TRAINWRIGHT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """Run the command; an error that is a bug is raised as it is."""

    def invoke(*words: str, given: str | bytes | None = None) -> Ended:
        result = CliRunner().invoke(app, words, input=given, catch_exceptions=False)
        return Ended(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account in us-east-1, with credentials for it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield


@pytest.fixture
def stack(aws: None) -> dict[str, str]:
    """The outputs of a stack of that account, called `trainwright`."""
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName="trainwright", TemplateBody=json.dumps(_TEMPLATE))
    [found] = cloudformation.describe_stacks(StackName="trainwright")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


@pytest.fixture
def bucket(stack: dict[str, str]) -> str:
    """The stack's data bucket."""
    return stack["DataBucketName"]
