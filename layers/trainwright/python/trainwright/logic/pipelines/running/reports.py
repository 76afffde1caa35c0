"""Evaluation reports, and what is asked of their numbers."""

import json
from collections.abc import Mapping
from typing import Any

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.running.ports import Store
from trainwright.models.gate import Gate
from trainwright.models.message import JsonObject


def read_report(uri: str, store: Store) -> JsonObject:
    """Read the JSON object at *uri*; an InvalidRequestError says what is there instead."""
    body = store.read(uri)
    if body is None:
        raise InvalidRequestError(f"there is no evaluation report at {uri}")
    try:
        report = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"the evaluation report {uri} is no JSON: {error}") from error
    if not isinstance(report, dict):
        raise InvalidRequestError(f"the evaluation report {uri} is no JSON object")
    return report


def numbers_in(report: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Give every number of a report by its dotted path; a text that is a number counts as one."""
    found: dict[str, float] = {}
    for name, value in report.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            found |= numbers_in(value, f"{path}.")
        elif (number := _number(value)) is not None:
            found[path] = number
    return found


def complaint_about(gate: Gate, metrics: Mapping[str, Any]) -> str:
    """Say why *metrics* do not pass *gate*; "" if they do. The end of a path is enough."""
    numbers = numbers_in(metrics)
    name = gate.metric
    matching = [name] if name in numbers else [it for it in numbers if it.endswith(f".{name}")]
    if not matching:
        return f"'{name}' is not in the report, which has {', '.join(numbers) or 'no numbers'}"
    if matching[1:]:
        return f"'{name}' is in the report more than once: {', '.join(matching)}"
    value = numbers[matching[0]]
    if gate.minimum is not None and value < gate.minimum:
        return f"{name} is {value:.6g}, below {gate.minimum:.6g}"
    if gate.maximum is not None and value > gate.maximum:
        return f"{name} is {value:.6g}, above {gate.maximum:.6g}"
    return ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number == number and abs(number) != float("inf") else None  # noqa: PLR0124 - NaN
