"""The command in this process, and an empty AWS account with a stack in it, by moto."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.main import app

type Run = Callable[..., "Ended"]

RUN = "churn-0123456789ab"
ENDPOINT, CONFIG = "trainwright-churn", f"trainwright-{RUN}"

_TABLE: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("run", "month", "started")
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
}


@dataclass
class MemoryStacks:
    """CloudFormation, as far as commands ask it; moto's needs packages we have no use for."""

    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def describe_stacks(self, **asked: str) -> dict[str, Any]:
        name = asked["StackName"]
        if name not in self.outputs:
            message = f"Stack with id {name} does not exist"
            error: Any = {"Error": {"Code": "ValidationError", "Message": message}}
            raise ClientError(error, "DescribeStacks")
        outputs = self.outputs[name].items()
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs]}]}


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
def stacks(aws: None, monkeypatch: pytest.MonkeyPatch) -> MemoryStacks:
    """The stacks of that account."""
    stacks = MemoryStacks()
    monkeypatch.setattr(Cloud, "cloudformation", stacks)
    return stacks


@pytest.fixture
def stack(stacks: MemoryStacks) -> dict[str, str]:
    """The outputs of a stack of that account, called `trainwright`."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    boto3.client("dynamodb").create_table(TableName="runs", **_TABLE)
    machine = boto3.client("stepfunctions").create_state_machine(
        name="trainwright-train-deploy",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/states",
    )
    stacks.outputs["trainwright"] = {
        "DataBucketName": "data",
        "RunsTableName": "runs",
        "TrainDeployStateMachineArn": machine["stateMachineArn"],
    }
    return stacks.outputs["trainwright"]


@pytest.fixture
def bucket(stack: dict[str, str]) -> str:
    """The stack's data bucket."""
    return stack["DataBucketName"]


@pytest.fixture
def endpoint(stack: dict[str, str]) -> str:
    """The endpoint of the model `churn`, and one of somebody else's."""
    sagemaker = boto3.client("sagemaker")
    tags = {"stack": "trainwright", "model": "churn", "algorithm": "boosting"}
    for name, config, ours in ((ENDPOINT, CONFIG, tags), ("trainwright-x", "other", {})):
        sagemaker.create_model(
            ModelName=config,
            ExecutionRoleArn="arn:aws:iam::123456789012:role/sagemaker",
            PrimaryContainer={"Image": "image", "ModelDataUrl": "s3://b/k"},
        )
        variant: Any = {
            "VariantName": "AllTraffic",
            "ModelName": config,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 2,
        }
        sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
        sagemaker.create_endpoint(
            EndpointName=name,
            EndpointConfigName=config,
            Tags=[{"Key": f"trainwright:{key}", "Value": value} for key, value in ours.items()],
        )
    return ENDPOINT
