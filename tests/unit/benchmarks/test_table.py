"""Rows say their median, their spread and whether a target is reached."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.machine import Machine
from benchmarks.table import Row, Table, Unit

MACHINE = Machine("A processor", 2, "Linux x86_64", "3.13.0", 0.5, "2026-11-20")


def test_a_row_shows_the_median_between_the_least_and_the_greatest() -> None:
    row = Row("worst import", [0.19, 0.121, 0.15], Unit.MILLISECONDS, target=0.2)

    assert row.cells() == ("worst import", "150 ms", "121 ms to 190 ms", "<= 200 ms", "reached")


@pytest.mark.parametrize(
    ("value", "verdict"), [(19.0, "reached"), (20.0, "reached"), (20.1, "missed")]
)
def test_a_target_is_reached_up_to_itself(value: float, verdict: str) -> None:
    assert Row("transitions", [value], Unit.COUNT, target=20).verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.79, "missed"), (0.8, "reached"), (0.81, "reached")]
)
def test_what_is_to_be_at_least_a_target_reaches_it_from_below(value: float, verdict: str) -> None:
    row = Row("throughput", [value], Unit.RATIO, target=0.8, at_least=True)

    assert row.cells()[-2:] == (">= 0.800", verdict)


def test_what_has_no_target_has_no_verdict() -> None:
    assert Row("the SDK", [2.5], Unit.SECONDS).cells() == ("the SDK", "2.50 s", "", "", "")


def test_a_target_of_zero_is_one() -> None:
    assert Row("difference", [1], Unit.COUNT, target=0).verdict == "missed"


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        (Unit.COUNT, "1500"),
        (Unit.KILOBYTES, "1.5 kB"),
        (Unit.MEGABYTES, "0.0 MB"),
        (Unit.SECONDS, "1500.00 s"),
    ],
)
def test_a_unit_shows_seconds_and_bytes(unit: Unit, shown: str) -> None:
    assert unit.show(1500) == shown


def test_the_page_has_a_line_for_each_row_and_the_machine() -> None:
    table = Table("Sizes", [Row("the layer", [4_000_000], Unit.MEGABYTES, 20e6)], ["As built."])

    page = report.page(MACHINE, [table])

    assert "| the layer | 4.0 MB |  | <= 20.0 MB | reached |" in page
    assert "A processor, 2 cores, Linux x86_64, Python 3.13.0, load 0.5" in page
    assert page.endswith("\nAs built.\n")


def test_json_keeps_every_value(tmp_path: Path) -> None:
    table = Table("Calls", [Row("transitions", [13, 13], Unit.COUNT, 20)])

    report.write_json(tmp_path / "bench.json", MACHINE, [table])

    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["machine"]["cores"] == 2
    assert written["tables"][0]["rows"] == [
        {
            "name": "transitions",
            "unit": "count",
            "median": 13,
            "values": [13, 13],
            "target": 20,
            "verdict": "reached",
        }
    ]


def test_this_machine_is_described() -> None:
    machine = Machine.this()

    assert machine.cores > 0
    assert machine.processor
    assert datetime.fromisoformat(machine.date).date() <= datetime.now(UTC).date()
