"""Invoking an asynchronous endpoint: the request goes to S3, and the answer is waited for there."""

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from trainwright.models.storage import S3Place
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime.type_defs import InvokeEndpointAsyncOutputTypeDef

_LOOK_SECONDS = 0.3
_PATIENCE_SECONDS = 900  # as long as SageMaker lets a request take by default


def queue_of(cloud: Cloud, endpoint: str) -> S3Place | None:
    """Give the prefix for requests to *endpoint*, None if it is not asynchronous or not there."""
    client = cloud.sagemaker
    try:
        name = client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
        config = client.describe_endpoint_config(EndpointConfigName=name)
    except client.exceptions.ClientError:
        return None
    if "AsyncInferenceConfig" not in config:
        return None
    output = S3Place.from_uri(config["AsyncInferenceConfig"]["OutputConfig"]["S3OutputPath"])
    above = output.key.rstrip("/").rpartition("/")[0]
    return S3Place(bucket=output.bucket, key=f"{above}/in/{uuid4()}")


def send_to_queue(
    cloud: Cloud, endpoint: str, queue: S3Place, content: bytes, content_type: str, accept: str
) -> tuple[dict[str, Any], bytes]:
    """Put the request at *queue*, and wait for its answer."""
    cloud.s3.put_object(Bucket=queue.bucket, Key=queue.key, Body=content, ContentType=content_type)
    told = cloud.runtime.invoke_endpoint_async(
        EndpointName=endpoint, InputLocation=queue.uri, ContentType=content_type, Accept=accept
    )
    return {"ContentType": accept}, _wait(cloud, told)


def _wait(cloud: Cloud, told: "InvokeEndpointAsyncOutputTypeDef") -> bytes:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if (answer := _content(cloud, told["OutputLocation"])) is not None:
            return answer
        failure = told.get("FailureLocation")
        if failure and (said := _content(cloud, failure)) is not None:
            raise CliError(f"the model failed: {said.decode(errors='replace').strip()}")
        time.sleep(_LOOK_SECONDS)
    raise CliError(f"there is no answer yet; it will be at {told['OutputLocation']}")


def _content(cloud: Cloud, uri: str) -> bytes | None:
    place = S3Place.from_uri(uri)
    try:
        return cloud.s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    except cloud.s3.exceptions.NoSuchKey:
        return None
