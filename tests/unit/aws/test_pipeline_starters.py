"""Rules and schedules that start pipelines: put, changed and taken away, each of it twice."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from trainwright.aws.pipelines.starters import EventBridgeStarters, Targets
from trainwright.models.pipelines.document import Schedule

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:demo-start-pipeline"
ROLE = "arn:aws:iam::123456789012:role/demo-scheduler"
LETTERS = "arn:aws:sqs:eu-west-1:123456789012:demo-dead-letters"
REQUEST = {"pipeline": "churn", "parameters": {"n": 1}, "cause": "its schedule"}

GROUP = "demo-schedules"

STARTERS = EventBridgeStarters(Targets(FUNCTION, ROLE, LETTERS, GROUP))


@pytest.fixture(autouse=True)
def group(aws: None) -> None:
    """The group that the template makes."""
    boto3.client("scheduler").create_schedule_group(Name=GROUP)


def test_a_rule_starts_the_pipeline_once_for_each_event() -> None:
    for source in ("shop", "shop", "bank"):
        STARTERS.rule("demo-churn", {"source": [source]}, REQUEST)

    events = boto3.client("events")
    rule = events.describe_rule(Name="demo-churn")
    assert json.loads(rule["EventPattern"]) == {"source": ["bank"]}
    (target,) = events.list_targets_by_rule(Rule="demo-churn")["Targets"]
    assert target["Arn"] == FUNCTION
    assert target["DeadLetterConfig"] == {"Arn": LETTERS}
    sent = target["InputTransformer"]["InputTemplate"].replace("<id>", "e-1")
    assert json.loads(sent) == {"id": "e-1", "detail": {**REQUEST, "token": "e-1"}}


def test_a_rule_that_is_asked_for_no_more_is_taken_away() -> None:
    STARTERS.rule("demo-churn", {"source": ["shop"]}, REQUEST)

    for _ in range(2):
        STARTERS.rule("demo-churn", None, REQUEST)

    assert boto3.client("events").list_rules()["Rules"] == []


def test_a_schedule_is_changed_in_its_place_and_keeps_its_time_zone() -> None:
    first = Schedule(expression="cron(0 6 * * ? *)", timezone="Europe/Zurich")
    second = Schedule(expression="rate(1 day)")

    STARTERS.schedule("demo-churn", first, REQUEST)
    found = boto3.client("scheduler").get_schedule(Name="demo-churn", GroupName=GROUP)
    STARTERS.schedule("demo-churn", second, REQUEST)
    changed = boto3.client("scheduler").get_schedule(Name="demo-churn", GroupName=GROUP)

    assert found["ScheduleExpression"] == "cron(0 6 * * ? *)"
    assert found["ScheduleExpressionTimezone"] == "Europe/Zurich"
    assert changed["ScheduleExpression"] == "rate(1 day)"
    target = changed["Target"]
    assert (target["Arn"], target["RoleArn"]) == (FUNCTION, ROLE)
    assert json.loads(target["Input"])["detail"]["pipeline"] == "churn"


def test_a_schedule_that_is_asked_for_no_more_is_taken_away() -> None:
    STARTERS.schedule("demo-churn", Schedule(expression="rate(1 day)"), REQUEST)

    for _ in range(2):
        STARTERS.schedule("demo-churn", None, REQUEST)

    with pytest.raises(ClientError, match="ResourceNotFound"):
        boto3.client("scheduler").get_schedule(Name="demo-churn", GroupName=GROUP)
