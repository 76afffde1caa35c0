"""`invoke` on an asynchronous endpoint: the request goes to S3, the answer comes from there."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.unit.cli.conftest import Run
from trainwright_cli import asynchronous
from trainwright_cli.cloud_access import Cloud

OUTPUT = "models/boosting/churn/asyncinvoke/out/"


class MemoryQueue:
    """An endpoint that answers nobody at once, and in S3 with what it was asked."""

    class exceptions:  # noqa: N801 - as boto3 has it
        class ModelError(ClientError):
            """The model refused."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def invoke_endpoint(self, **_: Any) -> dict[str, Any]:
        refusal: Any = {"Error": {"Code": "ValidationError", "Message": "It is asynchronous."}}
        raise ClientError(refusal, "InvokeEndpoint")

    def invoke_endpoint_async(self, **asked: Any) -> dict[str, Any]:
        s3 = boto3.client("s3")
        key = asked["InputLocation"].partition(f"{self.bucket}/")[2]
        body = s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        folder = "failures" if body == b"bad" else "out"
        place = OUTPUT.replace("out", folder)
        s3.put_object(Bucket=self.bucket, Key=f"{place}1", Body=b"asked " + body)
        return {
            "OutputLocation": f"s3://{self.bucket}/{OUTPUT}1",
            "FailureLocation": f"s3://{self.bucket}/{OUTPUT.replace('out', 'failures')}1",
        }


@pytest.fixture(autouse=True)
def _asynchronous(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = boto3.client("sagemaker")
    role = "arn:aws:iam::123456789012:role/sagemaker"
    container = {"Image": "image", "ModelDataUrl": "s3://b/k"}
    client.create_model(ModelName="m", ExecutionRoleArn=role, PrimaryContainer=container)
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large"}
    output = {"S3OutputPath": f"s3://{bucket}/{OUTPUT}"}
    client.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[variant | {"InitialInstanceCount": 1}],
        AsyncInferenceConfig={"OutputConfig": output},
    )
    client.create_endpoint(EndpointName="trainwright-churn", EndpointConfigName="c")
    monkeypatch.setattr(Cloud, "runtime", MemoryQueue(bucket))


def test_the_answer_is_printed_as_if_it_had_come_at_once(run: Run, bucket: str) -> None:
    ended = run("invoke", "churn", "--body", "1,2")

    found = boto3.client("s3").list_objects_v2(
        Bucket=bucket, Prefix="models/boosting/churn/asyncinvoke/in/"
    )
    assert ended.out == "asked 1,2\n"
    assert found["KeyCount"] == 1


def test_what_failed_is_a_line(run: Run) -> None:
    ended = run("invoke", "churn", "--body", "bad")

    assert (ended.code, ended.err) == (1, "error: the model failed: asked bad\n")


def test_an_answer_that_takes_too_long_is_told_with_its_place(
    run: Run, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asynchronous, "_PATIENCE_SECONDS", 0)

    ended = run("invoke", "churn", "--body", "1")

    assert ended.err == f"error: there is no answer yet; it will be at s3://{bucket}/{OUTPUT}1\n"
