"""Ranges of hyperparameters: values at points, and points of values."""

from typing import Any

import pytest

from trainwright_local.sagemaker.tuning.ranges import Categories, Numbers, RangeError, ranges_of


def a_range(low: str, high: str, scale: str = "Linear", *, whole: bool = False) -> Numbers:
    kind = "IntegerParameterRanges" if whole else "ContinuousParameterRanges"
    asked = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scale}
    [one] = ranges_of({kind: [asked]})
    assert isinstance(one, Numbers)
    return one


@pytest.mark.parametrize("scale", ["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"])
def test_a_range_has_its_ends_at_0_and_1(scale: str) -> None:
    one = a_range("0.1", "0.9", scale)

    assert [float(one.at(0)), float(one.at(1))] == pytest.approx([0.1, 0.9])


@pytest.mark.parametrize(
    ("low", "high", "scale", "middle"),
    [
        ("0", "10", "Linear", 5),
        ("0.0001", "1", "Logarithmic", 0.01),
        ("0", "0.9999", "ReverseLogarithmic", 0.99),
        ("0.0001", "1", "Auto", 0.01),
        ("1", "10", "Auto", 5.5),
        ("-1", "1000", "Auto", 499.5),
    ],
)
def test_the_scale_says_what_is_in_the_middle(
    low: str, high: str, scale: str, middle: float
) -> None:
    assert float(a_range(low, high, scale).at(0.5)) == pytest.approx(middle)


@pytest.mark.parametrize("scale", ["Linear", "Logarithmic", "ReverseLogarithmic"])
def test_the_point_of_a_value_is_where_it_came_from(scale: str) -> None:
    one = a_range("0.01", "0.99", scale)

    for point in (0, 0.2, 0.7, 1):
        assert one.point_of(one.at(point)) == pytest.approx(point)
    assert (one.point_of("-3"), one.point_of("7")) == (0, 1)


def test_whole_numbers_are_equally_likely() -> None:
    one = a_range("1", "4", whole=True)

    values = [one.at(point / 1000 + 0.0005) for point in range(1000)]

    assert {value: values.count(value) for value in "1234"} == dict.fromkeys("1234", 250)
    assert (one.at(0), one.at(1)) == ("1", "4")
    assert one.at(one.point_of("3")) == "3"


def test_a_range_of_one_value_has_that() -> None:
    assert a_range("3", "3", whole=True).at(0.9) == "3"
    assert a_range("0.5", "0.5").at(0.9) == "0.5"
    assert a_range("0.5", "0.5").point_of("0.5") == 0


def test_categories_are_texts() -> None:
    asked = {"CategoricalParameterRanges": [{"Name": "tree", "Values": ['"hist"', "exact"]}]}

    assert ranges_of(asked) == [Categories("tree", ('"hist"', "exact"))]


@pytest.mark.parametrize(
    ("members", "whole", "problem"),
    [
        ({"MinValue": "a"}, False, "no numbers for ends"),
        ({"MinValue": "0.5"}, True, "no numbers for ends"),
        ({"MinValue": "3"}, False, "MinValue 3.0 and MaxValue 2.0"),
        ({"MinValue": "nan"}, False, "MinValue nan"),
        ({"ScalingType": "Logarithmic"}, False, "not greater than 0"),
        ({"ScalingType": "ReverseLogarithmic"}, False, "not in 0 <= x < 1"),
        ({"ScalingType": "ReverseLogarithmic"}, True, "continuous ranges only"),
    ],
)
def test_a_range_without_values_is_an_error(
    members: dict[str, Any], whole: bool, problem: str
) -> None:
    kind = "IntegerParameterRanges" if whole else "ContinuousParameterRanges"
    asked = {"Name": "x", "MinValue": "0", "MaxValue": "2"} | members

    with pytest.raises(RangeError, match=problem):
        ranges_of({kind: [asked]})


def test_a_category_is_named_once() -> None:
    with pytest.raises(RangeError, match="a value twice"):
        ranges_of({"CategoricalParameterRanges": [{"Name": "x", "Values": ["a", "a"]}]})
