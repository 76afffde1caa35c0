"""The requests that functions sent, from the cloud's access log."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

_FUNCTION = re.compile(r"-([A-Z][A-Za-z]+)FunctionRole-")
_ON_LAMBDA = "exec-env/AWS_Lambda"
"""What AWS's SDK adds to its user agent in a function."""
SCHEDULED = "SweepTasks"
"""Runs by the clock, for all that waits; no run causes it."""


@dataclass(frozen=True)
class Request:
    """One API call of a function."""

    time: float
    function: str
    service: str
    operation: str
    status: int

    def __str__(self) -> str:
        """Name it without the resource, such as `Announce: events PutEvents`."""
        return f"{self.function}: {self.service} {self.operation.partition(' ')[0]}"


def of_functions(lines: Iterable[str], since: float = 0) -> list[Request]:
    """Read the requests of functions from *since* on; those of the schedule are left out."""
    found = [
        Request(
            time=entry["time"],
            function=_function(entry["caller"]),
            service=entry["service"],
            operation=entry["operation"],
            status=entry["status"],
        )
        for entry in map(json.loads, lines)
        if entry["time"] >= since and _ON_LAMBDA in entry["agent"]
    ]
    return [request for request in found if request.function != SCHEDULED]


def _function(caller: str) -> str:
    """Name the function by its role: `...assumed-role/<stack>-<name>FunctionRole-...`."""
    found = _FUNCTION.search(caller)
    return found[1] if found else caller
