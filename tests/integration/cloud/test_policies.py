"""What policies select by: the namespace of metrics, rules by their names, schedules by group."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, allow

OURS = {"StringLike": {"cloudwatch:namespace": ["ours/*"]}}
HERE = "arn:aws:events:us-east-1:000000000000:rule"
SCHEDULES = "arn:aws:scheduler:us-east-1:000000000000:schedule"


def is_allowed(call: Callable[..., Any], **members: Any) -> bool:
    try:
        call(**members)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"AccessDenied", "AccessDeniedException"}:
            raise
        return False
    return True


def may_write(account: Account, namespace: str) -> bool:
    """Tell whether a role that may write metrics of `ours/*` can write one of *namespace*."""
    role = account.role(allow("cloudwatch:PutMetricData") | {"Condition": OURS})
    put = account.client("cloudwatch", role).put_metric_data
    return is_allowed(put, Namespace=namespace, MetricData=[{"MetricName": "m", "Value": 1}])


def test_metrics_are_written_to_the_namespaces_that_a_policy_names(
    repaired: Account, unrepaired: Account
) -> None:
    assert may_write(repaired, "ours/jobs")
    assert not may_write(repaired, "theirs/jobs")
    assert not may_write(unrepaired, "ours/jobs")


def may_change(account: Account, rule: str) -> bool:
    """Tell whether a role that may change rules `ours-*` can change *rule* and its targets."""
    role = account.role(allow("events:PutRule", "events:PutTargets", resource=f"{HERE}/ours-*"))
    events = account.client("events", role)
    queue = account.client("sqs").get_queue_attributes(
        QueueUrl=account.queue(), AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    pattern = '{"source": ["nobody"]}'
    return is_allowed(events.put_rule, Name=rule, EventPattern=pattern) and is_allowed(
        events.put_targets, Rule=rule, Targets=[{"Id": "q", "Arn": queue}]
    )


def test_rules_of_the_default_bus_are_selected_by_their_names(
    repaired: Account, unrepaired: Account
) -> None:
    assert may_change(repaired, "ours-1")
    assert not may_change(repaired, "theirs-1")
    assert not may_change(unrepaired, "ours-1")


def may_schedule(account: Account, group: str) -> bool:
    """Tell whether a role that may keep schedules of the group `ours` can keep one in *group*."""
    root = account.client("scheduler")
    if group not in {it["Name"] for it in root.list_schedule_groups()["ScheduleGroups"]}:
        root.create_schedule_group(Name=group)
    actions = ("scheduler:CreateSchedule", "scheduler:DeleteSchedule")
    role = account.role(allow(*actions, resource=f"{SCHEDULES}/ours/*"), allow("iam:PassRole"))
    scheduler = account.client("scheduler", role)
    settings = {
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": account.queue_arn(account.queue()), "RoleArn": role},
    }
    return is_allowed(
        scheduler.create_schedule, Name="it", GroupName=group, **settings
    ) and is_allowed(scheduler.delete_schedule, Name="it", GroupName=group)


def test_schedules_are_selected_by_their_group(repaired: Account, unrepaired: Account) -> None:
    assert may_schedule(repaired, "ours")
    assert not may_schedule(repaired, "theirs")
    assert not may_schedule(unrepaired, "ours")
