"""In which time zone a schedule's expression is meant.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ministack.services import eventbridge, scheduler

_ZONE = "ScheduleExpressionTimezone"

type Fires = Callable[[Any, datetime], datetime | None]
"""Gives the first time after another that fits the fields of a cron expression."""


def read_schedules_in_their_time_zone() -> None:
    """Take `cron(...)` and `at(...)` as what clocks show in `ScheduleExpressionTimezone`.

    MiniStack takes them as UTC. It hands on nothing of a schedule but its expression, which
    therefore carries the zone.
    """
    tick, parse = scheduler._tick_schedules, eventbridge._parse_cron_fields
    fires, moment_of = eventbridge._cron_next_fire, scheduler._at_time_epoch

    def tick_in_zones() -> None:
        for schedule in list(scheduler._schedules._data.values()):
            if zone := _zone(schedule.get(_ZONE) or "UTC"):
                schedule["ScheduleExpression"] = _Expression(schedule["ScheduleExpression"], zone)
        tick()

    def parse_with_zone(expression: str) -> Any:
        fields = parse(expression)
        if fields is None or not isinstance(expression, _Expression):
            return fields
        return _Fields(fields, expression.zone)

    def fires_in_zone(fields: Any, after: datetime) -> Any:
        if not isinstance(fields, _Fields):
            return fires(fields, after)
        return next_in(fields.zone, fires, fields, after)

    def moment_in_zone(expression: str) -> float | None:
        epoch: float | None = moment_of(expression)
        if epoch is None or not isinstance(expression, _Expression):
            return epoch
        return datetime.fromtimestamp(epoch, UTC).replace(tzinfo=expression.zone).timestamp()

    scheduler._tick_schedules = tick_in_zones
    scheduler._at_time_epoch = moment_in_zone
    eventbridge._parse_cron_fields = parse_with_zone
    eventbridge._cron_next_fire = fires_in_zone


def refuse_unknown_time_zones() -> None:
    """Refuse a schedule in a zone that there is not; MiniStack takes it and never says so."""
    for operation in ("_create_schedule", "_update_schedule"):
        setattr(scheduler, operation, _in_known_zones(getattr(scheduler, operation)))


def next_in(zone: ZoneInfo, fires: Fires, fields: object, after: datetime) -> datetime | None:
    """Give the next time at which clocks in *zone* show what *fields* ask for.

    What spring leaves out is skipped, and what autumn shows twice is taken once, the first time.
    """
    wall = after.astimezone(zone).replace(tzinfo=UTC, fold=0)
    while (shown := fires(fields, wall)) is not None:
        wall = shown
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        exists = moment.astimezone(zone).replace(tzinfo=UTC, fold=0) == wall
        if exists and moment > after:
            return moment
    return None


def _in_known_zones(operation: Callable[..., Any]) -> Callable[..., Any]:
    def checked(name: str, body: dict[str, Any]) -> Any:
        asked = body.get(_ZONE) or "UTC"
        if _zone(asked) is None:
            message = f"Invalid Schedule Expression Timezone {asked}."
            return scheduler._error(400, "ValidationException", message)
        return operation(name, body)

    return checked


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder, or no name at all
        return None


class _Expression(str):
    """A schedule's expression with the zone that it is meant in."""

    __slots__ = ("zone",)
    zone: ZoneInfo

    def __new__(cls, text: str, zone: ZoneInfo | None = None) -> Self:
        """Make one; a copy is made without its zone, which it is given afterwards."""
        made = super().__new__(cls, text)
        if zone is not None:
            made.zone = zone
        return made


class _Fields(tuple[Any, ...]):
    """The fields of a cron expression, with their zone."""

    zone: ZoneInfo

    def __new__(cls, fields: tuple[Any, ...], zone: ZoneInfo) -> Self:
        """Make one."""
        made = super().__new__(cls, fields)
        made.zone = zone
        return made
