"""Log events, which AWS keeps on disks and MiniStack in this process's memory.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogRecord.html
"""

from contextvars import ContextVar
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudwatch_logs

MOST_EVENTS = 50_000
MOST_BYTES = 32 * 1024 * 1024
"""Of one stream; a gigabyte of lines would take more than that of memory."""
KEPT = 0.75
"""What is kept of the limits when they are passed, so that most events drop nothing."""
COUNTER = "bytes-kept"
NO_STREAM = ":"
"""A name that no stream can have: no names at all would mean every stream."""

type Answer = tuple[int, dict[str, str], bytes]

_putting: ContextVar[bool] = ContextVar("putting log events", default=False)


def bound_log_streams() -> None:
    """Drop the oldest events of a stream that has grown too large; MiniStack keeps all of them."""
    append = cloudwatch_logs._append_log_events

    def append_within_bounds(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        with cloudwatch_logs._log_events_lock:
            stream[COUNTER] = stream.get(COUNTER, 0) + sum(map(_size, events))
            if len(stream["events"]) > MOST_EVENTS or stream[COUNTER] > MOST_BYTES:
                _drop_oldest(stream)

    cloudwatch_logs._append_log_events = append_within_bounds


def search_streams_by_prefix() -> None:
    """Search the streams whose names begin as is asked for; MiniStack searches all of them."""
    search = cloudwatch_logs._filter_log_events

    def filter_log_events(data: dict[str, Any]) -> Answer:
        prefix = data.get("logStreamNamePrefix")
        group = cloudwatch_logs._log_groups.get(cloudwatch_logs._resolve_log_group_name(data))
        if prefix and group:
            names = [name for name in list(group["streams"]) if name.startswith(prefix)]
            data = {**data, "logStreamNames": names or [NO_STREAM]}
        answer: Answer = search(data)
        return answer

    cloudwatch_logs._filter_log_events = filter_log_events


def make_records_for_queries_only() -> None:
    """Make the record of an event, with its pointer, when a query of Logs Insights finds the event.

    MiniStack makes one of each event that is put: a second copy of all logs, to be saved with the
    first, and a third of the time that putting takes.
    """
    put = cloudwatch_logs._put_log_events
    build = cloudwatch_logs._build_log_record

    def put_without_records(data: dict[str, Any]) -> Answer:
        token = _putting.set(True)
        try:
            answer: Answer = put(data)
        finally:
            _putting.reset(token)
        return answer

    def build_for_query(**event: Any) -> dict[str, Any]:
        return {} if _putting.get() else build(**event)

    cloudwatch_logs._log_records = _Records()
    cloudwatch_logs._put_log_events = put_without_records
    cloudwatch_logs._build_log_record = build_for_query


class _Records(AccountRegionScopedDict):  # type: ignore[misc]
    """Records by pointer; what is none is not kept."""

    __slots__ = ()

    def __setitem__(self, pointer: str, record: dict[str, Any]) -> None:
        if record:
            super().__setitem__(pointer, record)


def _drop_oldest(stream: dict[str, Any]) -> None:
    history, size = stream["events"], stream[COUNTER]
    dropped = max(0, len(history) - int(KEPT * MOST_EVENTS))
    size -= sum(map(_size, history[:dropped]))
    while size > KEPT * MOST_BYTES:
        size -= _size(history[dropped])
        dropped += 1
    for event in history[:dropped]:
        cloudwatch_logs._log_records.pop(event.get("eventId"), None)
    # A new list: whoever is reading goes on with the old one.
    stream["events"], stream[COUNTER] = history[dropped:], size
    stream["firstEventTimestamp"] = stream["events"][0]["timestamp"]


def _size(event: dict[str, Any]) -> int:
    return len(event["message"])
