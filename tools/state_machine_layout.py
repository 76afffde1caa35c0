"""Where the states of a machine stand in its picture, and which of them a line joins.

The happy path is the first column, from top to bottom; what leaves it stands to the right, at the
height where it is left. Two states are joined by at most one line, the first of: a rule of a
Choice, its Default, Next, Catch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

type State = dict[str, Any]
type States = dict[str, State]
type Place = tuple[int, int]
"""Column and row, from the top left."""


@dataclass(frozen=True)
class Edge:
    """One way from a state to another; *caught* if it is an error's way."""

    source: str
    target: str
    label: str = ""
    caught: bool = False


def edges_of(states: States) -> list[Edge]:
    """Give the lines to draw, those of each state in the order in which they are tried."""
    return [
        edge
        for name, state in states.items()
        for edge in {e.target: e for e in reversed(list(_ways(name, state)))}.values()
    ]


def _ways(name: str, state: State) -> Iterator[Edge]:
    for rule in state.get("Choices", []):
        yield Edge(name, rule["Next"], rule.get("Comment", ""))
    if "Default" in state:
        yield Edge(name, state["Default"], "no")
    if "Next" in state:
        yield Edge(name, state["Next"])
    for catcher in state.get("Catch", []):
        yield Edge(name, catcher["Next"], caught=True)


def places_of(start: str, states: States, edges: list[Edge]) -> dict[str, Place]:
    """Give each state its place, chain by chain; a chain begins beside what last leads to it."""
    places: dict[str, Place] = {}
    for name in (start, *states):
        if name not in places:
            chain = _chain(name, states, places)
            sources = [places[e.source] for e in edges if e.target == name and e.source in places]
            column = max((column for column, _ in sources), default=-1) + 1
            row = max((row for _, row in sources), default=0)
            while any((column, row + n) in places.values() for n in range(len(chain))):
                column += 1
            places |= {link: (column, row + n) for n, link in enumerate(chain)}
    return places


def _chain(name: str, states: States, places: dict[str, Place]) -> list[str]:
    """Follow the first way out of each state, as long as it leads to a state without a place."""
    chain = []
    while name and name not in places and name not in chain:
        chain.append(name)
        name = next((e.target for e in _ways(name, states[name]) if not e.caught), "")
    return chain


def lanes_of(edges: list[Edge], places: dict[str, Place]) -> dict[Edge, int]:
    """Give a lane, counted from the column outwards, to each line that jumps down a column."""
    jumps = [edge for edge in edges if _jumps(places[edge.source], places[edge.target])]
    targets = sorted({edge.target for edge in jumps}, key=lambda name: places[name][1])
    return {edge: targets.index(edge.target) for edge in jumps}


def _jumps(source: Place, target: Place) -> bool:
    return source[0] == target[0] and target[1] != source[1] + 1
