"""What policies select by: the namespace of metrics, and rules by their names."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, allow

OURS = {"StringLike": {"cloudwatch:namespace": ["ours/*"]}}
HERE = "arn:aws:events:us-east-1:000000000000:rule"


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
