"""Where each step stands in a drawing: columns by depth, rows so that few edges cross.

The method is Sugiyama's, cut short: longest-path layering, then sweeps that order each layer by
the mean place of its neighbours. https://doi.org/10.1109/TSMC.1981.4308636
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

type Graph = Mapping[str, Sequence[str]]
"""What each step needs; every step comes after those."""

_SWEEPS = 4
_MAX_REDUCED = 300


class Spot(NamedTuple):
    """The column and the row of a step, from 0."""

    column: int
    row: int


def spots_of(needs: Graph) -> dict[str, Spot]:
    """Place every step."""
    columns = _columns(needs)
    releases = _reversed(needs)
    for _ in range(_SWEEPS):
        for column in columns[1:]:
            _sort(column, needs, columns)
        for column in reversed(columns[:-1]):
            _sort(column, releases, columns)
    return {
        name: Spot(at, row) for at, column in enumerate(columns) for row, name in enumerate(column)
    }


def edges_of(needs: Graph) -> list[tuple[str, str]]:
    """Give the edges to draw: without those that a longer way implies, in graphs of some size."""
    if len(needs) > _MAX_REDUCED:
        return [(before, after) for after, befores in needs.items() for before in befores]
    above: dict[str, set[str]] = {}
    for name, befores in needs.items():
        above[name] = set(befores).union(*(above[before] for before in befores))
    return [
        (before, after)
        for after, befores in needs.items()
        for before in befores
        if not any(before in above[other] for other in befores)
    ]


def _columns(needs: Graph) -> list[list[str]]:
    depth: dict[str, int] = {}
    for name, befores in needs.items():
        depth[name] = 1 + max((depth[before] for before in befores), default=-1)
    columns: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name, column in depth.items():
        columns[column].append(name)
    return columns


def _reversed(needs: Graph) -> dict[str, list[str]]:
    releases: dict[str, list[str]] = {name: [] for name in needs}
    for name, befores in needs.items():
        for before in befores:
            releases[before].append(name)
    return releases


def _sort(column: list[str], neighbours: Graph, columns: Iterable[list[str]]) -> None:
    rows = {name: row for other in columns for row, name in enumerate(other)}

    def mean(name: str) -> float:
        found = [rows[other] for other in neighbours[name]]
        return sum(found) / len(found) if found else rows[name]

    column.sort(key=mean)
