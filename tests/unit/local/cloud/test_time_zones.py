"""When clocks in a zone show what a cron expression asks for."""

import copy
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import eventbridge, scheduler

from trainwright_local.cloud.repairs.time_zones import (
    _Expression,
    next_in,
    read_schedules_in_their_time_zone,
)

PATCHED = {
    scheduler: ("_tick_schedules", "_at_time_epoch"),
    eventbridge: ("_parse_cron_fields", "_cron_next_fire"),
}

ZURICH = ZoneInfo("Europe/Zurich")
SPRING, AUTUMN = "2026-03-29", "2026-10-25"
"""When clocks in Zurich are put forward from 2 to 3, and back from 3 to 2."""


def times(expression: str, after: str, count: int, zone: ZoneInfo = ZURICH) -> list[str]:
    """Give the next *count* times, in UTC."""
    fields = eventbridge._parse_cron_fields(expression)
    assert fields is not None
    found: list[str] = []
    time = datetime.fromisoformat(after).replace(tzinfo=UTC)
    for _ in range(count):
        following = next_in(zone, eventbridge._cron_next_fire, fields, time)
        assert following is not None
        time = following
        found.append(f"{time:%Y-%m-%d %H:%M}")
    return found


def test_summer_and_winter_keep_the_same_hour_of_the_day() -> None:
    assert times("cron(0 6 * * ? *)", "2026-07-01T12:00", 1) == ["2026-07-02 04:00"]
    assert times("cron(0 6 * * ? *)", "2026-12-01T12:00", 1) == ["2026-12-02 05:00"]


def test_a_day_is_that_of_the_zone() -> None:
    auckland = ZoneInfo("Pacific/Auckland")

    found = times("cron(0 1 ? * MON *)", "2026-11-20T12:00", 1, auckland)

    assert found == ["2026-11-22 12:00"]  # a Sunday in UTC


def test_an_hour_that_spring_leaves_out_is_skipped() -> None:
    found = times("cron(30 2 * * ? *)", f"{SPRING}T00:00", 2)

    assert found == ["2026-03-30 00:30", "2026-03-31 00:30"]


def test_an_hour_that_autumn_repeats_comes_once() -> None:
    found = times("cron(30 2 * * ? *)", f"{AUTUMN}T00:00", 2)

    assert found == ["2026-10-25 00:30", "2026-10-26 01:30"]


def test_hours_go_on_after_the_clocks_were_changed() -> None:
    assert times("cron(0 * * * ? *)", f"{SPRING}T00:30", 2) == [
        "2026-03-29 01:00",
        "2026-03-29 02:00",
    ]
    assert times("cron(0 * * * ? *)", f"{AUTUMN}T00:30", 2) == [
        "2026-10-25 02:00",
        "2026-10-25 03:00",
    ]


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_nothing_comes_twice_or_in_the_past(minute: int) -> None:
    """Whatever time the clock is looked at in the repeated hour."""
    for hour in ("00", "01"):
        (found,) = times("cron(0/15 * * * ? *)", f"{AUTUMN}T{hour}:{minute:02d}", 1)

        assert found > f"{AUTUMN} {hour}:{minute:02d}"
        assert not (found >= f"{AUTUMN} 01:00" and found < f"{AUTUMN} 02:00")


def test_without_an_end_there_is_no_next_time() -> None:
    fields = eventbridge._parse_cron_fields("cron(0 6 * * ? 2025)")

    time = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_in(ZURICH, eventbridge._cron_next_fire, fields, time) is None


def test_a_cron_schedule_fires_at_the_time_of_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, names in PATCHED.items():
        for name in names:  # to be put back afterwards
            monkeypatch.setattr(module, name, getattr(module, name))
    read_schedules_in_their_time_zone()
    fired: list[str] = []

    def invoke(target: dict[str, str], *_: object) -> None:
        fired.append(target["Arn"])

    monkeypatch.setattr(eventbridge, "_invoke_target", invoke)
    monkeypatch.setattr(scheduler, "_schedules", AccountRegionScopedDict())
    monkeypatch.setattr(scheduler, "_schedule_last_fired", {})
    for zone in ("Europe/Zurich", "UTC"):
        scheduler._schedules[zone] = {
            "State": "ENABLED",
            "ScheduleExpression": "cron(0 6 * * ? *)",
            "ScheduleExpressionTimezone": zone,
            "Target": {"Arn": zone},
        }

    for time, expected in (
        ("03:59:30", []),
        ("04:00:05", ["Europe/Zurich"]),
        ("05:59:59", ["Europe/Zurich"]),
        ("06:00:00", ["Europe/Zurich", "UTC"]),
    ):
        now = datetime.fromisoformat(f"2026-07-02T{time}+00:00").timestamp()
        monkeypatch.setattr(scheduler.time, "time", lambda now=now: now)
        scheduler._tick_schedules()
        assert fired == expected


def test_an_expression_is_copied_and_kept_as_text() -> None:
    expression = _Expression("cron(0 6 * * ? *)", ZURICH)

    assert copy.deepcopy({"e": expression})["e"].zone == ZURICH
    assert json.loads(json.dumps({"e": expression})) == {"e": "cron(0 6 * * ? *)"}
