"""Whether an answer is the one expected: numbers within a tolerance, all else exactly."""

import math
from collections.abc import Iterator
from typing import Any


def mismatches(answer: Any, expected: Any, tolerance: float, path: str = "$") -> list[str]:
    """List every difference, each with its place in the JSON."""
    return list(_differences(answer, expected, tolerance, path))


def _differences(answer: Any, expected: Any, tolerance: float, path: str) -> Iterator[str]:
    if _is_number(answer) and _is_number(expected):
        if not _is_close(answer, expected, tolerance):
            yield f"{path}: {answer} is not {expected} within {tolerance:g}"
    elif isinstance(answer, dict) and isinstance(expected, dict):
        yield from _of_objects(answer, expected, tolerance, path)
    elif isinstance(answer, list) and isinstance(expected, list):
        if len(answer) != len(expected):
            yield f"{path}: has {len(answer)} items, not {len(expected)}"
        for place, (one, other) in enumerate(zip(answer, expected, strict=False)):
            yield from _differences(one, other, tolerance, f"{path}[{place}]")
    elif type(answer) is not type(expected) or answer != expected:
        yield f"{path}: {answer!r} is not {expected!r}"


def _of_objects(
    answer: dict[str, Any], expected: dict[str, Any], tolerance: float, path: str
) -> Iterator[str]:
    for key in sorted(answer.keys() | expected.keys()):
        if key not in answer:
            yield f"{path}.{key}: is missing"
        elif key not in expected:
            yield f"{path}.{key}: was not expected"
        else:
            yield from _differences(answer[key], expected[key], tolerance, f"{path}.{key}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_close(answer: float, expected: float, tolerance: float) -> bool:
    if math.isnan(expected):
        return math.isnan(answer)
    return answer == expected or abs(answer - expected) <= tolerance
