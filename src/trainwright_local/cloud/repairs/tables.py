"""DynamoDB tables in CloudFormation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

TABLE = "AWS::DynamoDB::Table"


def apply_time_to_live_and_recovery() -> None:
    """Apply `TimeToLiveSpecification` and `PointInTimeRecoverySpecification` of a template.

    MiniStack has both in its API, but drops them from a template.
    """
    handlers = provisioners._RESOURCE_HANDLERS[TABLE]
    create, update = handlers["create"], handlers["update"]

    def create_with_settings(logical_id: str, props: dict[str, Any], stack: str) -> Any:
        created = create(logical_id, props, stack)
        _apply(created[0], props)
        return created

    def update_with_settings(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        updated = update(physical_id, old, new, *args, **kwargs)
        _apply(updated[0], new)
        return updated

    handlers |= {"create": create_with_settings, "update": update_with_settings}


def _apply(table: str, props: dict[str, Any]) -> None:
    if spec := props.get("TimeToLiveSpecification"):
        enabled = str(spec["Enabled"]).lower() == "true"
        request = {"TableName": table, "TimeToLiveSpecification": spec | {"Enabled": enabled}}
        dynamodb._update_ttl(request)
    if spec := props.get("PointInTimeRecoverySpecification"):
        enabled = str(spec["PointInTimeRecoveryEnabled"]).lower() == "true"
        recovery = {"PointInTimeRecoveryEnabled": enabled}
        request = {"TableName": table, "PointInTimeRecoverySpecification": recovery}
        dynamodb._update_continuous_backups(request)
