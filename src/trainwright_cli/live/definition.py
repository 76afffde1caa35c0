"""What is still to come, known from a state machine's definition."""

from collections.abc import Iterator, Mapping
from typing import Any

_SILENT = {"Choice", "Pass", "Succeed"}
"""States that take no time and say nothing; a run is told without them."""


def is_shown(state_type: str) -> bool:
    """Say whether a state of this type is worth a line."""
    return state_type not in _SILENT


def expected_after(definition: Mapping[str, Any], state: str | None) -> list[str]:
    """Name the shown states that come after *state* (None: from the start) if all goes well.

    Of all ways to an end it is the longest that ends well, or else the longest.
    """
    states = definition["States"]
    starts = _next(states[state]) if state else [definition["StartAt"]]
    ways = [way for start in starts if start != state for way in _ways(states, start, ())]
    best = max(ways, key=lambda way: (_ends_well(states, way), len(way)), default=())
    return [name for name in best if is_shown(states[name]["Type"])]


def _ways(
    states: Mapping[str, Any], name: str, before: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    way = (*before, name)
    following = _next(states[name])
    if not following:
        yield way
    for after in following:
        if after not in way:  # a loop leads nowhere new
            yield from _ways(states, after, way)


def _next(state: Mapping[str, Any]) -> list[str]:
    choices = [choice["Next"] for choice in state.get("Choices", ())]
    return [*choices, *(state[key] for key in ("Default", "Next") if key in state)]


def _ends_well(states: Mapping[str, Any], way: tuple[str, ...]) -> bool:
    return bool(states[way[-1]]["Type"] != "Fail")
