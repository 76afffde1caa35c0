"""The clients of AWS, made when first used, and their errors in our words.

boto3 is imported here and late: importing it takes longer than all the rest of a function's start,
and the first call of a warm function finds its client made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from trainwright.errors import InvalidRequestError, NotReadyError, ThrottledError, TrainwrightError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

_REACTIONS: dict[str, type[TrainwrightError]] = {
    "LimitExceededException": ThrottledError,
    "ProvisionedThroughputExceededException": ThrottledError,
    "RequestLimitExceeded": ThrottledError,
    "ResourceLimitExceeded": NotReadyError,
    "ResourceNotFound": InvalidRequestError,
    "SlowDown": ThrottledError,
    "ServiceUnavailable": ThrottledError,
    "Throttling": ThrottledError,
    "ThrottlingException": ThrottledError,
    "TooManyRequestsException": ThrottledError,
    "ValidationException": InvalidRequestError,
}


@cache
def _client(service: Any) -> Any:  # noqa: ANN401 - the functions below give it its type
    import boto3  # noqa: PLC0415 - see above
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 3}))


def dynamodb() -> DynamoDBClient:
    """Give the client of DynamoDB."""
    client: DynamoDBClient = _client("dynamodb")
    return client


def ecr() -> ECRClient:
    """Give the client of ECR."""
    client: ECRClient = _client("ecr")
    return client


def events() -> EventBridgeClient:
    """Give the client of EventBridge."""
    client: EventBridgeClient = _client("events")
    return client


def logs() -> CloudWatchLogsClient:
    """Give the client of CloudWatch Logs."""
    client: CloudWatchLogsClient = _client("logs")
    return client


def s3() -> S3Client:
    """Give the client of S3."""
    client: S3Client = _client("s3")
    return client


def sagemaker() -> SageMakerClient:
    """Give the client of SageMaker."""
    client: SageMakerClient = _client("sagemaker")
    return client


def sagemaker_runtime() -> SageMakerRuntimeClient:
    """Give the client of SageMaker's endpoints."""
    client: SageMakerRuntimeClient = _client("sagemaker-runtime")
    return client


def scheduler() -> EventBridgeSchedulerClient:
    """Give the client of EventBridge Scheduler."""
    client: EventBridgeSchedulerClient = _client("scheduler")
    return client


def ssm() -> SSMClient:
    """Give the client of Systems Manager."""
    client: SSMClient = _client("ssm")
    return client


def stepfunctions() -> SFNClient:
    """Give the client of Step Functions."""
    client: SFNClient = _client("stepfunctions")
    return client


@contextmanager
def our_errors() -> Iterator[None]:
    """Raise AWS's errors as ours where a state machine reacts to them; others stay as they are."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - see above

    try:
        yield
    except ClientError as error:
        if reaction := _REACTIONS.get(code_of(error)):
            raise reaction(message_of(error)) from error
        raise


def code_of(error: ClientError) -> str:
    """Give the error code of AWS."""
    return error.response["Error"]["Code"]


def message_of(error: ClientError) -> str:
    """Give the message of AWS."""
    return error.response["Error"]["Message"]
