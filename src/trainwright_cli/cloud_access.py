"""Which cloud a command talks to, and what the stack in it is made of."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from trainwright_cli.errors import NoStackError
from trainwright_cli.state_folder import state_folder
from trainwright_local.cloud import lifecycle
from trainwright_local.cloud.record import CloudInfo

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class Target:
    """What the options of every command say, as in the AWS CLI."""

    profile: str | None = None
    region: str | None = None
    stack_name: str = "trainwright"
    endpoint_url: str | None = None


@dataclass(frozen=True)
class Stack:
    """The outputs of the stack that the commands use."""

    name: str
    bucket: str
    runs_table: str
    state_machine: str


class Cloud:
    """One cloud: AWS, or the local one. Nothing is imported or asked before it is needed."""

    def __init__(self, target: Target, local: CloudInfo | None = None) -> None:
        self._target = target
        self._local = local
        self.endpoint_url = local.endpoint_url if local else target.endpoint_url
        self.stack_name = target.stack_name

    @classmethod
    def of(cls, target: Target) -> Self:
        """Take the running local cloud unless *target* names another one."""
        elsewhere = target.profile or target.endpoint_url
        return cls(target, None if elsewhere else lifecycle.status(state_folder()))

    @property
    def is_local(self) -> bool:
        """Whether requests stay on this machine, so that asking often costs nothing."""
        host = urlsplit(self.endpoint_url or os.environ.get("AWS_ENDPOINT_URL", "")).hostname
        return host in {"127.0.0.1", "localhost", "::1"}

    @property
    def region(self) -> str | None:
        """The region that was asked for, or the local cloud's; None is what AWS's settings say."""
        return self._target.region or (self._local.region if self._local else None)

    @property
    def options(self) -> str:
        """The options that name this cloud again, for commands we tell the user to run."""
        given = {
            "--profile": self._target.profile,
            "--region": self._target.region,
            "--endpoint-url": self._target.endpoint_url,
            "--stack-name": self.stack_name if self.stack_name != Target.stack_name else None,
        }
        return "".join(f" {name} {value}" for name, value in given.items() if value)

    @cached_property
    def session(self) -> "boto3.Session":
        """The session of the local cloud's root, or of the user's credentials."""
        # boto3 takes longer to import than all the rest of a command's start.
        import boto3  # noqa: PLC0415
        import botocore.session  # noqa: PLC0415

        if not self._local:
            return boto3.Session(profile_name=self._target.profile, region_name=self._target.region)
        # Nothing of the machine's own AWS configuration has a say here, not even a broken one.
        core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        core.set_config_variable("config_file", os.devnull)
        core.set_config_variable("credentials_file", os.devnull)
        return boto3.Session(
            aws_access_key_id=self._local.access_key_id,
            aws_secret_access_key=self._local.secret_access_key,
            region_name=self._target.region or self._local.region,
            botocore_session=core,
        )

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """The stacks."""
        return self.session.client("cloudformation", endpoint_url=self.endpoint_url)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """The tables."""
        return self.session.client("dynamodb", endpoint_url=self.endpoint_url)

    @cached_property
    def ecr(self) -> "ECRClient":
        """The repositories of images."""
        return self.session.client("ecr", endpoint_url=self.endpoint_url)

    @cached_property
    def events(self) -> "EventBridgeClient":
        """The event buses."""
        return self.session.client("events", endpoint_url=self.endpoint_url)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """The logs."""
        return self.session.client("logs", endpoint_url=self.endpoint_url)

    @cached_property
    def s3(self) -> "S3Client":
        """The buckets."""
        return self.session.client("s3", endpoint_url=self.endpoint_url)

    @cached_property
    def sagemaker(self) -> "SageMakerClient":
        """Jobs, models and endpoints."""
        return self.session.client("sagemaker", endpoint_url=self.endpoint_url)

    @cached_property
    def runtime(self) -> "SageMakerRuntimeClient":
        """The endpoints' own interface."""
        return self.session.client("sagemaker-runtime", endpoint_url=self.endpoint_url)

    @cached_property
    def ssm(self) -> "SSMClient":
        """The parameters."""
        return self.session.client("ssm", endpoint_url=self.endpoint_url)

    @cached_property
    def stepfunctions(self) -> "SFNClient":
        """The executions."""
        return self.session.client("stepfunctions", endpoint_url=self.endpoint_url)

    @cached_property
    def stack(self) -> Stack:
        """The stack's outputs, asked for once."""
        outputs = self.outputs
        try:
            return Stack(
                name=self.stack_name,
                bucket=outputs["DataBucketName"],
                runs_table=outputs["RunsTableName"],
                state_machine=outputs["TrainDeployStateMachineArn"],
            )
        except KeyError as missing:
            raise NoStackError(
                f"the stack '{self.stack_name}' has no output {missing}: "
                "name a stack of trainwright with --stack-name"
            ) from missing

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by their keys."""
        outputs = self._described.get("Outputs", [])
        return {found["OutputKey"]: found["OutputValue"] for found in outputs}

    @property
    def parameters(self) -> dict[str, str]:
        """The values of the stack's parameters."""
        parameters = self._described.get("Parameters", [])
        return {found["ParameterKey"]: found["ParameterValue"] for found in parameters}

    @cached_property
    def _described(self) -> "StackTypeDef":
        """The stack, asked for once."""
        from botocore.exceptions import ClientError  # noqa: PLC0415

        try:
            return self.cloudformation.describe_stacks(StackName=self.stack_name)["Stacks"][0]
        except ClientError as error:
            # CloudFormation has no error of its own for this: a ValidationError it is.
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise NoStackError(self._not_deployed()) from error

    def _not_deployed(self) -> str:
        where = f"at {self.endpoint_url}" if self.endpoint_url else "on AWS"
        return (
            f"no stack '{self.stack_name}' {where} in {self.session.region_name}: "
            "deploy it with `sam build && sam deploy`, or name another with --stack-name"
        )
