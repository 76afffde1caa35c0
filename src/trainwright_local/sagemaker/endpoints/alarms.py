"""The alarms that roll an update back."""

from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.roles import Role


def refuse_missing(names: Sequence[str], role: Role) -> None:
    """Raise DeploymentError unless all alarms exist and *role* may see them."""
    missing = sorted(set(names) - {name for name, _ in _states(names, role)}) if names else []
    if missing:
        raise DeploymentError(f"Could not find the CloudWatch alarms {', '.join(missing)}.")


def in_alarm(names: Sequence[str], role: Role) -> list[str]:
    """Return the names of the alarms that are in the state ALARM."""
    return sorted(name for name, state in _states(names, role) if state == "ALARM") if names else []


def _states(names: Sequence[str], role: Role) -> list[tuple[str, str]]:
    try:
        answer = role.cloudwatch.describe_alarms(
            AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(
            f"Could not describe the CloudWatch alarms of the deployment as {role.arn}: {error}"
        ) from error
    alarms = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
    return [(alarm["AlarmName"], alarm["StateValue"]) for alarm in alarms]
