"""A role assumed as AWS's services do it: its credentials, and clients that have no others.

Whatever a job or an endpoint reaches goes through the cloud's own endpoint as its own role, so what
the role's policies do not allow fails here as it fails on AWS.
"""

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.store import Json

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

SERVICE_PRINCIPALS = {"sagemaker.amazonaws.com", "sagemaker.amazonaws.com.cn"}
ASSUMING = {"sts:AssumeRole", "sts:*", "*"}
SHARED_SECONDS = 3_600
"""Who assumes a role again within this time shares its credentials, and its clients."""
LIFETIME_SECONDS = 28 * 86_400 + SHARED_SECONDS
"""As long as the longest training job; on AWS they are renewed meanwhile, unseen by the job."""

_session = botocore.session.get_session()
_session_lock = threading.Lock()
_retries = Config(retries={"mode": "standard", "max_attempts": 5})


class RoleError(Exception):
    """The role does not exist, or does not let SageMaker assume it."""


@dataclass(frozen=True)
class Role:
    """A role that has been assumed."""

    arn: str
    region: str
    endpoint_url: str
    credentials: Mapping[str, str]
    """AccessKeyId, SecretAccessKey and SessionToken."""

    @cached_property
    def s3(self) -> "S3Client":
        """S3, as the role."""
        client: S3Client = self._client("s3")
        return client

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """CloudWatch Logs, as the role."""
        client: CloudWatchLogsClient = self._client("logs")
        return client

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        """CloudWatch, as the role."""
        client: CloudWatchClient = self._client("cloudwatch")
        return client

    @cached_property
    def sns(self) -> "SNSClient":
        """SNS, as the role."""
        client: SNSClient = self._client("sns")
        return client

    def variables(self) -> dict[str, str]:
        """Return the environment in which a process's SDK acts as the role, in this cloud."""
        return {
            "AWS_ACCESS_KEY_ID": self.credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": self.credentials["SessionToken"],
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint_url,
        }

    def _client(self, service: str) -> Json:
        return make_client(service, self.region, self.endpoint_url, self.credentials)


def assume(context: Context, arn: str) -> Role:
    """Assume the role *arn* on SageMaker's behalf; raises RoleError."""
    place = (context.region, context.config.endpoint_url, context.account)
    try:
        role = _root_client("iam", *place).get_role(RoleName=arn.rpartition("/")[2])["Role"]
        if not trusts_sagemaker(role["AssumeRolePolicyDocument"]):
            raise _refusal(arn)
        # A role that was deleted and made again has the same name, but another id.
        return _assumed(arn, role["RoleId"], place, int(time.time() // SHARED_SECONDS))
    except ClientError as error:
        raise _refusal(arn) from error


def trusts_sagemaker(policy: Json) -> bool:
    """Whether a role's trust policy lets SageMaker assume it."""
    effects = {
        statement["Effect"]
        for statement in _several(policy["Statement"])
        if ASSUMING & set(_several(statement.get("Action", [])))
        and SERVICE_PRINCIPALS & set(_several(_services(statement.get("Principal", {}))))
    }
    return effects == {"Allow"}


def make_client(
    service: str, region: str, endpoint_url: str, credentials: Mapping[str, str]
) -> Json:
    """Return a client of *service* in this cloud; all but the first of a service are cheap."""
    with _session_lock:  # a botocore session makes clients for one thread at a time
        return _session.create_client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
            config=_retries,
        )


@lru_cache(maxsize=64)
def _assumed(arn: str, _role_id: str, place: tuple[str, str, str], _period: int) -> Role:
    """Assume a role that lets SageMaker do so."""
    region, endpoint_url, _ = place
    answer = _root_client("sts", *place).assume_role(
        RoleArn=arn, RoleSessionName="SageMaker", DurationSeconds=LIFETIME_SECONDS
    )
    return Role(arn, region, endpoint_url, answer["Credentials"])


@cache
def _root_client(service: str, region: str, endpoint_url: str, account: str) -> Json:
    """Return the client of the account's root: every job asks with it, so it is kept."""
    root = {
        # MiniStack's root of an account: its number, with the secret of the cloud.
        "AccessKeyId": account,
        "SecretAccessKey": os.environ.get("AWS_SECRET_ACCESS_KEY", "test"),
    }
    return make_client(service, region, endpoint_url, root)


def _refusal(arn: str) -> RoleError:
    return RoleError(
        f"Could not assume role {arn}. Please ensure that the role exists and allows principal "
        "'sagemaker.amazonaws.com' to assume the role."
    )


def _services(principal: Json) -> Json:
    return principal.get("Service", []) if isinstance(principal, dict) else []


def _several(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
