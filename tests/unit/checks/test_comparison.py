"""What counts as the expected answer, and how a difference is told."""

from typing import Any

import pytest

from tests.algorithms.comparison import mismatches

BOXES = {"boxes": [{"label": "cat", "score": 0.9}, {"label": "dog", "score": 0.8}]}


@pytest.mark.parametrize("answer", [0, 1.5, "text", None, True, [], {}, BOXES, [1, [2, "x"]]])
def test_the_same_is_the_same(answer: Any) -> None:
    assert mismatches(answer, answer, 0) == []


def test_numbers_within_the_tolerance_are_the_same() -> None:
    assert mismatches([0.91, 1], [0.9, 1.0], 0.05) == []


@pytest.mark.parametrize("answer", [0.96, 0.84, float("nan"), float("inf")])
def test_other_numbers_are_not(answer: float) -> None:
    assert mismatches(answer, 0.9, 0.05) != []


def test_a_difference_names_its_place() -> None:
    answer = {"boxes": [{"label": "cat", "score": 0.9}, {"label": "fox", "score": 0.2}]}

    assert mismatches(answer, BOXES, 0.1) == [
        "$.boxes[1].label: 'fox' is not 'dog'",
        "$.boxes[1].score: 0.2 is not 0.8 within 0.1",
    ]


def test_keys_and_items_too_many_or_too_few_are_told() -> None:
    assert mismatches({"a": 1, "b": [1]}, {"b": [1, 2], "c": 3}, 0) == [
        "$.a: was not expected",
        "$.b: has 1 items, not 2",
        "$.c: is missing",
    ]


@pytest.mark.parametrize(
    ("answer", "expected"), [("1", 1), (True, 1), (None, 0), ([], {}), ("", None), (0, False)]
)
def test_a_text_or_a_truth_is_no_number(answer: Any, expected: Any) -> None:
    assert mismatches(answer, expected, 1) != []
