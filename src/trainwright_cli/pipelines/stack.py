"""What of a stack the commands for pipelines use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trainwright.models.account import Account
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import NoStackError
from trainwright_cli.offline import placeholder_account


@dataclass(frozen=True)
class PipelineStack:
    """The outputs of the stack that has the pipelines."""

    bucket: str
    role: str
    event_bus: str
    state_machine: str
    steps_table: str
    cache_table: str
    options: Mapping[str, Any]
    """Its key and its network, which reach every request."""

    @classmethod
    def of(cls, cloud: Cloud) -> "PipelineStack":
        """Ask CloudFormation."""
        outputs = cloud.outputs
        names = {
            "bucket": "DataBucketName",
            "role": "SageMakerRoleArn",
            "event_bus": "EventBusName",
            "state_machine": "PipelineStateMachineArn",
            "steps_table": "StepsTableName",
            "cache_table": "StepCacheTableName",
        }
        try:
            found = {field: outputs[output] for field, output in names.items()}
        except KeyError as missing:
            raise NoStackError(
                f"the stack '{cloud.stack_name}' has no output {missing}: it is older than "
                "pipelines; deploy it anew with `sam build && sam deploy`"
            ) from missing
        return cls(**found, options=_options(cloud.parameters))

    def account(self, cloud: Cloud) -> Account:
        """Give the account that plans of this stack are made for."""
        _, _, _, region, number, *_ = self.state_machine.split(":")
        known = {"account": number, "bucket": self.bucket, "role": self.role}
        known |= self.options
        return placeholder_account(cloud.stack_name, region).model_copy(update=known)

    def execution_arn(self, name: str) -> str:
        """Name the execution *name* of `pipeline`."""
        return f"{self.state_machine.replace(':stateMachine:', ':execution:')}:{name}"


def _options(parameters: Mapping[str, str]) -> dict[str, Any]:
    lists = {"subnets": "SubnetIds", "security_groups": "SecurityGroupIds"}
    found: dict[str, Any] = {
        field: tuple(filter(None, parameters.get(name, "").split(",")))
        for field, name in lists.items()
    }
    return found | {"kms_key": parameters.get("KmsKeyArn", "")}
