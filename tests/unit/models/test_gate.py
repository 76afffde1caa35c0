"""A gate lets pass what is within its bounds, and says its bounds as they are."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from trainwright.models.gate import Gate

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE, FINITE)
def test_any_two_bounds_make_a_gate_if_they_are_in_order(minimum: float, maximum: float) -> None:
    bounds = {"metric": "score", "minimum": minimum, "maximum": maximum}

    if minimum > maximum:
        with pytest.raises(ValidationError, match="is above maximum"):
            Gate.model_validate(bounds)
    else:
        assert Gate.model_validate(bounds).minimum == minimum


@given(FINITE, FINITE)
def test_a_gate_survives_being_stored(one: float, two: float) -> None:
    for bounds in ({"minimum": one}, {"maximum": two}, {"minimum": one, "maximum": max(one, two)}):
        gate = Gate.model_validate({"metric": "score", **bounds})

        assert Gate.model_validate_json(gate.model_dump_json()) == gate


@pytest.mark.parametrize(
    ("bounds", "formula"),
    [
        ({"minimum": 0.8}, "0.8 <= score"),
        ({"maximum": 10}, "score <= 10"),
        ({"minimum": 0.123456789, "maximum": 4294967295}, "0.123456789 <= score <= 4294967295"),
    ],
)
def test_a_gate_reads_as_a_formula(bounds: dict[str, float], formula: str) -> None:
    assert str(Gate.model_validate({"metric": "score", **bounds})) == formula


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        ({}, "needs a minimum or a maximum"),
        ({"minimum": math.nan}, "Input should be a finite number"),
        ({"maximum": math.inf}, "Input should be a finite number"),
        ({"minimum": 0.5, "max": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_bounds_nothing_is_no_gate(bounds: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Gate.model_validate({"metric": "score", **bounds})
