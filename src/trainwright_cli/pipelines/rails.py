"""A graph beside the list of its steps, as `git log --graph` draws one: a lane for what is awaited.

Read from top to bottom: a lane begins at a step and ends at the last step that needs it. An edge
that other edges imply is not drawn. A lane that is crossed is drawn whole, between two dashes.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

MOST_LANES = 12

type Needs = Mapping[str, Sequence[str]]
"""What each step needs; a step comes after all that it needs."""


class Rail(NamedTuple):
    """What stands before and after the sign of a step; every step's parts are equally long."""

    before: str
    after: str


NO_RAIL = Rail("", "")


class _Lane:
    def __init__(self, source: str, targets: set[str]) -> None:
        self.source = source
        self.targets = targets


def rails(needs: Needs) -> dict[str, Rail]:
    """Draw the graph; nothing if that takes more than MOST_LANES lanes."""
    direct = _direct(needs)
    targets: dict[str, set[str]] = {name: set() for name in needs}
    for name, sources in direct.items():
        for source in sources:
            targets[source].add(name)
    lanes: list[_Lane | None] = []
    drawn = {}
    for name, sources in direct.items():
        joined = _arrive(name, sources, lanes)
        column = _column(joined, lanes)
        drawn[name] = _row(column, joined, lanes)
        _leave(column, joined, lanes)
        lanes[column] = _Lane(name, targets[name]) if targets[name] else None
        if len(lanes) > MOST_LANES:
            return {}
    width = max((len(before) + len(after) for before, after in drawn.values()), default=0)
    return {
        name: Rail(before, after.ljust(width - len(before)))
        for name, (before, after) in drawn.items()
    }


def _direct(needs: Needs) -> dict[str, list[str]]:
    """Leave out needs of needs; sets of steps are numbers of as many bits."""
    bits = {name: 1 << number for number, name in enumerate(needs)}
    above: dict[str, int] = {}
    direct = {}
    for name, sources in needs.items():
        further = 0
        for source in sources:
            further |= above[source]
        direct[name] = [source for source in sources if not bits[source] & further]
        above[name] = further | sum(bits[source] for source in set(sources))
    return direct


def _arrive(name: str, sources: Sequence[str], lanes: list[_Lane | None]) -> dict[int, bool]:
    """Give the columns of the lanes that lead to step *name*, and whether each ends there."""
    joined = {}
    for column, lane in enumerate(lanes):
        if lane is not None and lane.source in sources:
            lane.targets.discard(name)
            joined[column] = not lane.targets
    return joined


def _column(joined: Mapping[int, bool], lanes: list[_Lane | None]) -> int:
    """Choose where a step stands: below a lane that ends, or else to the right of those it has."""
    ending = [column for column, ends in joined.items() if ends]
    if ending:
        return ending[0]
    first = min(joined, default=-1)
    free = (at for at, lane in enumerate(lanes) if lane is None and at > first)
    column = next(free, len(lanes))
    if column == len(lanes):
        lanes.append(None)
    return column


def _row(column: int, joined: Mapping[int, bool], lanes: Sequence[_Lane | None]) -> tuple[str, str]:
    """Draw the lanes to the left and to the right of a step's sign."""
    first, last = min([column, *joined]), max([column, *joined])
    cells = []
    for at, lane in enumerate(lanes):
        inside = first < at < last
        if at in joined:
            cell = _joint(ends=joined[at], right=at < column, through=inside)
        else:
            cell = "│" if lane is not None else ("─" if inside else " ")
        cells.append(cell + ("─" if first <= at < last else " "))
    return "".join(cells[:column]), "".join(cells[column:])[1:].rstrip() + " "


def _joint(*, ends: bool, right: bool, through: bool) -> str:
    """Draw where a lane meets the line to a step, on its *right* or its left."""
    if through:
        return "┴" if ends else "┼"
    if right:
        return "╰" if ends else "├"
    return "╯" if ends else "┤"


def _leave(column: int, joined: Mapping[int, bool], lanes: list[_Lane | None]) -> None:
    """End the lanes that led to a step and no further."""
    for at, ends in joined.items():
        if ends:
            lanes[at] = None
    while len(lanes) > column + 1 and lanes[-1] is None:
        lanes.pop()
