"""Schedules come when clocks in their time zone say so."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, allow, until

EAST = "Pacific/Kiritimati"
"""Fourteen hours ahead of UTC, all year."""


def soon(account: Account, queue: str, zone: str, word: str) -> None:
    """Let a schedule send *word* to a queue at the time that clocks in *zone* show now."""
    shown = datetime.now(UTC).astimezone(ZoneInfo(zone)) - timedelta(seconds=1)
    create(account, queue, f"at({shown:%Y-%m-%dT%H:%M:%S})", zone, word)


def create(account: Account, queue: str, expression: str, zone: str, word: str) -> str:
    role = account.role(allow("sqs:SendMessage"), trusts="scheduler.amazonaws.com")
    name = f"schedule-{uuid.uuid4().hex[:8]}"
    account.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=zone,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": account.queue_arn(queue),
            "RoleArn": role,
            "Input": json.dumps({"word": word}),
        },
    )
    return name


def words(account: Account, queue: str, last: str) -> list[str]:
    """Give what comes until *last* does, and what came with it."""
    heard: list[str] = []

    def hear() -> bool:
        while found := account.receive(queue, 0.01):
            heard.append(found["word"])
        return last in heard

    assert until(hear)
    return heard


def test_a_schedule_comes_at_the_time_of_its_zone(repaired: Account, unrepaired: Account) -> None:
    queues = {account: account.queue() for account in (repaired, unrepaired)}
    for account, queue in queues.items():
        soon(account, queue, EAST, "east")
        soon(account, queue, "UTC", "utc")

    assert sorted(words(repaired, queues[repaired], "utc")) == ["east", "utc"]
    assert words(unrepaired, queues[unrepaired], "utc") == ["utc"]


def test_an_expression_is_shown_as_it_was_written(repaired: Account) -> None:
    queue = repaired.queue()
    soon(repaired, queue, "UTC", "tick")
    name = create(repaired, queue, "cron(0 6 * * ? *)", "Europe/Zurich", "never")
    words(repaired, queue, "tick")

    found = repaired.client("scheduler").get_schedule(Name=name)

    assert found["ScheduleExpression"] == "cron(0 6 * * ? *)"
    assert found["ScheduleExpressionTimezone"] == "Europe/Zurich"


@pytest.mark.parametrize("zone", ["Europe/Zuerich", "Europe", "../etc/passwd"])
def test_a_zone_that_there_is_not_is_refused(
    repaired: Account, unrepaired: Account, zone: str
) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        create(repaired, repaired.queue(), "rate(1 day)", zone, "never")
    assert create(unrepaired, unrepaired.queue(), "rate(1 day)", zone, "never")
