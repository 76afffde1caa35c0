"""What a failure was, from the text that Step Functions hands on.

A function's exception and a nested execution's end arrive as JSON inside the text of `Cause`;
anything else is the text itself.
"""

import json
from typing import Any, NamedTuple

_NESTED = 4  # executions within executions; a bound, not a wish
_MAX_REASON = 2000


class Failure(NamedTuple):
    """The error's name, and one sentence that says why."""

    error: str
    reason: str


def read_failure(error: str, cause: str, depth: int = _NESTED) -> Failure:
    """Find the first error and its reason in *cause*."""
    found = _as_object(cause)
    if "errorMessage" in found:
        return Failure(str(found.get("errorType", error)), _short(str(found["errorMessage"])))
    if "ExecutionArn" in found and "Error" in found and depth:
        return read_failure(str(found["Error"]), str(found.get("Cause", "")), depth - 1)
    return Failure(error, _short(cause) or error)


def _as_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _short(text: str) -> str:
    return text if len(text) <= _MAX_REASON else text[: _MAX_REASON - 1] + "…"
