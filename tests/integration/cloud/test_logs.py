"""Log events: how many of them a stream keeps, and in which streams they are looked for."""

import time
import uuid
from typing import Any

from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account
from trainwright_local.cloud.repairs.logs import MOST_BYTES

LINE = "x" * 200_000
LINES = MOST_BYTES // len(LINE) + 5


def test_a_stream_forgets_its_oldest_events_when_it_is_too_large(
    repaired: Account, unrepaired: Account
) -> None:
    kept = written_and_read(repaired)

    assert kept[-1].startswith(f"{LINES - 1} ")
    assert sum(map(len, kept)) < MOST_BYTES
    assert len(written_and_read(unrepaired)) == LINES


def test_streams_are_searched_by_the_beginning_of_their_names(
    repaired: Account, unrepaired: Account
) -> None:
    assert found(repaired, "one/") == ["of one"]
    assert found(repaired, "none/") == []
    assert found(unrepaired, "one/") == ["of one", "of two"]


def test_a_record_has_the_pointer_that_a_query_gives_it(
    repaired: Account, unrepaired: Account
) -> None:
    for account in (repaired, unrepaired):
        logs = account.client("logs")
        pointer = pointer_by_query(account, "of a query")
        record = logs.get_log_record(logRecordPointer=pointer)["logRecord"]
        assert (record["@message"], record["@ptr"]) == ("of a query", pointer)

    assert pointer_by_id(unrepaired) == "a pointer"
    assert pointer_by_id(repaired) == "InvalidParameterException"


def pointer_by_query(account: Account, message: str) -> str:
    logs, now = account.client("logs"), round(time.time())
    group = written(account, message)
    query = logs.start_query(
        logGroupName=group, startTime=now - 60, endTime=now + 60, queryString="fields @message"
    )
    rows = logs.get_query_results(queryId=query["queryId"])["results"]
    (pointer,) = [field["value"] for field in rows[0] if field["field"] == "@ptr"]
    return str(pointer)


def pointer_by_id(account: Account) -> str:
    """Take the id of an event for a pointer, which on AWS it is not."""
    logs = account.client("logs")
    (event,) = logs.filter_log_events(logGroupName=written(account, "of nobody"))["events"]
    try:
        logs.get_log_record(logRecordPointer=event["eventId"])
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "a pointer"


def written(account: Account, message: str) -> str:
    """Write an event to a group of its own; the group's name."""
    logs, group = account.client("logs"), uuid.uuid4().hex
    stream = {"logGroupName": group, "logStreamName": "one"}
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(**stream)
    event = {"timestamp": round(time.time() * 1000), "message": message}
    logs.put_log_events(**stream, logEvents=[event])
    return group


def found(account: Account, prefix: str) -> list[str]:
    logs, group = account.client("logs"), uuid.uuid4().hex
    logs.create_log_group(logGroupName=group)
    now = round(time.time() * 1000)
    for number, name in enumerate(("one", "two")):
        stream = {"logGroupName": group, "logStreamName": f"{name}/algo-1"}
        logs.create_log_stream(**stream)
        events = [{"timestamp": now + number, "message": f"of {name}"}]
        logs.put_log_events(**stream, logEvents=events)
    answer = logs.filter_log_events(logGroupName=group, logStreamNamePrefix=prefix)
    return [event["message"] for event in answer["events"]]


def written_and_read(account: Account) -> list[str]:
    logs, stream = account.client("logs"), {"logGroupName": uuid.uuid4().hex, "logStreamName": "a"}
    logs.create_log_group(logGroupName=stream["logGroupName"])
    logs.create_log_stream(**stream)
    now = round(time.time() * 1000)
    for first in range(0, LINES, 5):
        numbers = range(first, min(first + 5, LINES))
        events = [{"timestamp": now + n, "message": f"{n} {LINE}"} for n in numbers]
        logs.put_log_events(**stream, logEvents=events)
    answer: dict[str, Any] = logs.get_log_events(**stream, startFromHead=True)
    return [event["message"] for event in answer["events"]]
