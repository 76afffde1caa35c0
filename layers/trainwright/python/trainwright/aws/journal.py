"""The journal: the runs table and the app's event bus."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from trainwright.aws import clients
from trainwright.aws.clients import our_errors
from trainwright.models.events import PUBLISHED, SOURCE, EventData, detail_of
from trainwright.models.message import JsonObject
from trainwright.models.plan import RunRef
from trainwright.models.record import RunRecord, RunStatus

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

_EVENT_NAMES = tuple(event.detail_type for event in PUBLISHED)


class EventBridgeBus:
    """Events to the bus *name*."""

    def __init__(self, name: str) -> None:
        self._name = name

    def publish(self, detail_type: str, detail: JsonObject) -> None:
        """Publish one event."""
        self.publish_all([(detail_type, detail)])

    def publish_all(self, details: Iterable[tuple[str, JsonObject]]) -> None:
        """Publish each (detail type, detail) in one call; raise if the bus refuses one."""
        entries: list[PutEventsRequestEntryTypeDef] = [
            {
                "EventBusName": self._name,
                "Source": SOURCE,
                "DetailType": detail_type,
                "Detail": json.dumps(detail),
            }
            for detail_type, detail in details
        ]
        with our_errors():
            answer = clients.events().put_events(Entries=entries)
        if answer["FailedEntryCount"]:
            refused = [entry for entry in answer["Entries"] if "ErrorCode" in entry]
            raise RuntimeError(f"the event bus refused {refused}")


class RunsJournal:
    """The record of each run in a DynamoDB *table*, and its events on *bus*."""

    def __init__(self, table: str, bus: EventBridgeBus, stack: str) -> None:
        self._table = table
        self._bus = bus
        self._stack = stack

    def write(self, run: RunRef, *events: EventData, status: RunStatus | None = None) -> None:
        """Publish *events*; with a *status* keep both in the record of *run*, making it if need be.

        The record comes first: whoever hears the event finds it there.
        """
        if status:
            self._record(run, events, status)
        self._bus.publish_all(
            (event.detail_type, detail_of(run, event, stack=self._stack)) for event in events
        )

    def find(self, run: str) -> RunRecord | None:
        """Give the record of *run*."""
        with our_errors():
            found = clients.dynamodb().get_item(
                TableName=self._table, Key={"run": {"S": run}}, ConsistentRead=True
            )
        return read_record(found["Item"]) if "Item" in found else None

    def _record(self, run: RunRef, events: tuple[EventData, ...], status: RunStatus) -> None:
        now = datetime.now(UTC)
        time = now.isoformat()
        first = {"model": run.model, "algorithm": run.algorithm, "started": time}
        first |= {"month": f"{now:%Y-%m}"}
        latest = {"updated": time, "status": status}
        told = {e.detail_type: _told(e, time) for e in events}
        names = dict(enumerate([*first, *latest, *told]))
        values = dict(enumerate([*first.values(), *latest.values(), *told.values()]))
        assigned = (
            f"#{n} = if_not_exists(#{n}, :{n})" if names[n] in first else f"#{n} = :{n}"
            for n in names
        )
        with our_errors():
            clients.dynamodb().update_item(
                TableName=self._table,
                Key={"run": {"S": run.id}},
                UpdateExpression="SET " + ", ".join(assigned),
                ExpressionAttributeNames={f"#{n}": name for n, name in names.items()},
                ExpressionAttributeValues={f":{n}": {"S": value} for n, value in values.items()},
            )


def _told(event: EventData, time: str) -> str:
    return json.dumps({"time": time, "data": event.model_dump(mode="json")})


def read_record(item: dict[str, Any]) -> RunRecord:
    """Read a record from an *item* of the runs table, as DynamoDB's low-level API gives it."""
    plain = {name: value["S"] for name, value in item.items()}
    events = {name: json.loads(plain[name]) for name in _EVENT_NAMES if name in plain}
    return RunRecord.model_validate(plain | {"events": events})
