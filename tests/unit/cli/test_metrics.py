"""Metrics in a log, and their curve."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainwright_cli.live.curve import curve
from trainwright_cli.live.metrics import Series, add_metrics

BLANK = chr(0x2800)


def test_each_match_of_an_expression_is_a_value() -> None:
    series: Series = {}

    add_metrics(
        series,
        ["epoch 1 loss=0.5 accuracy=0.7", "nothing here", "epoch 2 loss=0.25"],
        {"loss": "loss=([0-9.]+)", "accuracy": "accuracy=([0-9.]+)"},
    )

    assert series == {"loss": [0.5, 0.25], "accuracy": [0.7]}


def test_values_are_added_to_those_of_the_last_look() -> None:
    series: Series = {"loss": [1.0]}

    add_metrics(series, ["loss=0.5"], {"loss": "loss=([0-9.]+)"})

    assert series == {"loss": [1.0, 0.5]}


@pytest.mark.parametrize("expression", ["loss=(\\w+)", "loss=", "loss=(x)?"])
def test_what_is_no_number_is_no_value(expression: str) -> None:
    series: Series = {}

    add_metrics(series, ["loss=high"], {"loss": expression})

    assert series == {}


def test_a_curve_has_its_scale_at_the_left() -> None:
    high, _, low = curve([0.25, 0.5, 1.0], width=10, height=3)

    assert high.startswith("   1 ┤")
    assert low.startswith("0.25 ┤")


def test_a_rising_curve_rises() -> None:
    top, bottom = (line.partition("┤")[2] for line in curve([0, 1], width=8, height=2))

    assert bottom[0] != BLANK
    assert top[-1] != BLANK
    assert top[0] == bottom[-1] == BLANK


def test_the_extremes_touch_the_edges() -> None:
    [line] = curve([1, 0], width=1, height=1)

    assert line.endswith(chr(0x2800 | 0x01 | 0x02 | 0x20 | 0x80))


def test_a_flat_curve_is_a_line() -> None:
    lines = curve([3, 3, 3], width=5, height=2)

    assert sum(line.count(BLANK) for line in lines) == 5


@pytest.mark.parametrize("values", [[], [1.0], [math.nan, 1.0], [math.inf, -math.inf]])
def test_fewer_than_two_numbers_are_no_curve(values: list[float]) -> None:
    assert curve(values) == []


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=500), st.integers(1, 60), st.integers(1, 9)
)
def test_a_curve_fits_its_frame(values: list[float], width: int, height: int) -> None:
    lines = curve(values, width, height)

    assert len(lines) == height
    drawn = [line.partition("┤")[2] for line in lines]
    assert {len(line) for line in drawn} == {width}
    # Every column is reached: the curve has no gaps.
    if len(values) >= 2 * width:
        assert all(any(line[x] != BLANK for line in drawn) for x in range(width))
