"""Requests to endpoints: against botocore's stub, with the answers of asynchronous ones in S3."""

from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from tests.builders import ENDPOINT
from trainwright.aws import clients
from trainwright.aws.invocations import SageMakerInvocations
from trainwright.models.smoke import Answer
from trainwright.models.storage import S3Place

QUEUE = S3Place(bucket="demo-bucket", key="models/boosting/churn/asyncinvoke/in/")
OUTPUT = "models/boosting/churn/asyncinvoke/out/1.out"
FAILURE = "models/boosting/churn/asyncinvoke/failures/1-error.out"


@pytest.fixture
def s3(aws: None) -> Any:
    """The bucket of the answers."""
    client = boto3.client("s3")
    client.create_bucket(
        Bucket=QUEUE.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return client


def invoke_async(patience_seconds: float = 5) -> Answer:
    """Send a request to an endpoint that says where its answer will be."""
    sent = {"EndpointName": ENDPOINT, "InputLocation": ANY, "ContentType": "a/b", "Accept": "c/d"}
    told = {
        "OutputLocation": f"s3://{QUEUE.bucket}/{OUTPUT}",
        "FailureLocation": f"s3://{QUEUE.bucket}/{FAILURE}",
    }
    with Stubber(clients.sagemaker_runtime()) as stub:
        stub.add_response("invoke_endpoint_async", told, sent)
        request = (ENDPOINT, b"x", "a/b", "c/d")
        return SageMakerInvocations().invoke_async(*request, QUEUE, patience_seconds)


def test_the_models_own_status_comes_through(aws: None) -> None:
    with Stubber(clients.sagemaker_runtime()) as stub:
        stub.add_client_error(
            "invoke_endpoint",
            "ModelError",
            "Received client error (415)",
            http_status_code=424,
            modeled_fields={"OriginalStatusCode": 415, "OriginalMessage": "no such type"},
        )

        answer = SageMakerInvocations().invoke(ENDPOINT, b"x", "a/b", "c/d")

    assert (answer.status, answer.body) == (415, b"no such type")


def test_an_asynchronous_request_is_put_below_the_queue_and_its_answer_found(s3: Any) -> None:
    s3.put_object(Bucket=QUEUE.bucket, Key=OUTPUT, Body=b"42")

    answer = invoke_async()

    [request] = s3.list_objects_v2(Bucket=QUEUE.bucket, Prefix=QUEUE.key)["Contents"]
    body = s3.get_object(Bucket=QUEUE.bucket, Key=request["Key"])["Body"].read()
    assert body == b"x"
    assert (answer.status, answer.body) == (200, b"42")


def test_what_failed_asynchronously_is_an_error_of_the_model(s3: Any) -> None:
    s3.put_object(Bucket=QUEUE.bucket, Key=FAILURE, Body=b"out of memory")

    answer = invoke_async()

    assert (answer.status, answer.body) == (500, b"out of memory")


def test_an_answer_that_does_not_come_is_told_with_its_place(s3: Any) -> None:
    answer = invoke_async(patience_seconds=0.3)

    assert answer.status == 504
    assert answer.body == f"there is no answer at s3://{QUEUE.bucket}/{OUTPUT}".encode()
