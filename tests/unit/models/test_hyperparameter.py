"""Which values a hyperparameter takes, for every specification that can be written."""

import json
import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from trainwright.logic.planning.hyperparameters import as_strings
from trainwright.models.hyperparameter import Hyperparameter

FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = {
    "string": st.text(),
    "integer": st.integers(),
    "number": st.one_of(st.integers(), FINITE),
    "boolean": st.booleans(),
}
TYPED = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))


def a_hyperparameter(type_: str, **overrides: Any) -> Hyperparameter:
    content = {"type": type_, "description": "How much.", **overrides}
    return Hyperparameter.model_validate(content)


@given(TYPED)
def test_every_value_of_its_type_fits_and_may_be_the_default(typed: tuple[str, Any]) -> None:
    type_, value = typed

    spec = a_hyperparameter(type_, default=value)

    assert spec.complaint(value) is None
    assert spec.default == value
    assert type(spec.default) is type(value)


@given(TYPED, st.sampled_from(sorted(VALUES)))
def test_a_value_of_another_type_does_not_fit(typed: tuple[str, Any], other: str) -> None:
    type_, value = typed
    assume(other != type_ and not (other == "number" and type_ == "integer"))
    assume(not (other == "integer" and type(value) is int))

    complaint = a_hyperparameter(other).complaint(value)

    article = "an" if other == "integer" else "a"
    assert complaint == f"must be {article} {other}, is {value!r}"


@given(FINITE, FINITE, FINITE)
def test_a_number_fits_exactly_from_minimum_to_maximum(
    one: float, two: float, value: float
) -> None:
    low, high = sorted((one, two))
    spec = a_hyperparameter("number", minimum=low, maximum=high)

    assert (spec.complaint(value) is None) == (low <= value <= high)
    assert spec.complaint(low) is None
    assert spec.complaint(high) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_never_fits(value: float) -> None:
    complaint = a_hyperparameter("number").complaint(value)

    assert complaint == f"must be a finite number, is {value!r}"


def test_a_bound_is_told_with_all_its_digits() -> None:
    spec = a_hyperparameter("integer", minimum=0, maximum=4294967295)

    assert spec.complaint(4294967296) == "must be at least 0 and at most 4294967295, is 4294967296"


@given(st.lists(st.text(), min_size=1, max_size=5), st.text())
def test_only_the_choices_fit(choices: list[str], value: str) -> None:
    spec = a_hyperparameter("string", choices=choices)

    assert (spec.complaint(value) is None) == (value in choices)


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"type": "integer", "default": True}, "default must be an integer, is True"),
        ({"type": "integer", "default": 1.5}, "default must be an integer, is 1.5"),
        ({"type": "number", "minimum": 2, "maximum": 1}, "minimum 2 is above maximum 1"),
        ({"type": "string", "minimum": 2}, "a string has neither a minimum nor a maximum"),
        ({"type": "boolean", "maximum": 1}, "a boolean has neither a minimum nor a maximum"),
        ({"type": "integer", "choices": [1, "2"]}, "choice must be an integer, is '2'"),
        (
            {"type": "integer", "choices": [1, 9], "maximum": 5},
            "choice must be at most 5, is 9",
        ),
        ({"type": "number", "minimum": math.inf}, "Input should be a finite number"),
    ],
)
def test_a_specification_that_nothing_could_fit_is_refused(
    overrides: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Hyperparameter.model_validate({"description": "How much.", **overrides})


@given(TYPED)
def test_a_specification_survives_being_stored(typed: tuple[str, Any]) -> None:
    type_, value = typed
    spec = a_hyperparameter(type_, default=value, choices=[value])

    assert Hyperparameter.model_validate_json(spec.model_dump_json()) == spec


@given(TYPED)
def test_a_scripts_image_reads_back_what_was_sent(typed: tuple[str, Any]) -> None:
    _, value = typed

    assert json.loads(as_strings({"it": value}, script=True)["it"]) == value
