"""Where each step stands in a drawing: columns by depth, rows so that few edges cross.

The method is Sugiyama's, cut short: longest-path layering, a stop in every column that an edge
passes, then sweeps that order each column by the mean place of its neighbours.
https://doi.org/10.1109/TSMC.1981.4308636
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

type Graph = Mapping[str, Sequence[str]]
"""What each step needs; every step comes after those."""

_SWEEPS = 4
_MAX_REDUCED = 300


class Spot(NamedTuple):
    """A column and a row, from 0."""

    column: int
    row: int


class Layout(NamedTuple):
    """The spot of every step, and the spots that each edge passes, its ends included."""

    spots: dict[str, Spot]
    routes: list[list[Spot]]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + max((spot.column for spot in self.spots.values()), default=0)

    @property
    def heights(self) -> dict[int, int]:
        """How many rows each column has."""
        heights: dict[int, int] = {}
        for spot in (*self.spots.values(), *(spot for route in self.routes for spot in route)):
            heights[spot.column] = max(heights.get(spot.column, 0), spot.row + 1)
        return heights


def lay_out(needs: Graph) -> Layout:
    """Place every step and every edge."""
    depth = _depths(needs)
    routes = [_stops(before, after, depth) for before, after in edges_of(needs)]
    neighbours: dict[str, tuple[list[str], list[str]]] = {}
    for route in routes:
        for left, right in pairwise(route):
            neighbours.setdefault(left, ([], []))[1].append(right)
            neighbours.setdefault(right, ([], []))[0].append(left)
    columns: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name, column in depth.items():
        columns[column].append(name)
    _order(columns, neighbours)
    spots = {
        name: Spot(at, row) for at, column in enumerate(columns) for row, name in enumerate(column)
    }
    steps = {name: spots[name] for name in needs}
    return Layout(steps, [[spots[stop] for stop in route] for route in routes])


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


def _depths(needs: Graph) -> dict[str, int]:
    depth: dict[str, int] = {}
    for name, befores in needs.items():
        depth[name] = 1 + max((depth[before] for before in befores), default=-1)
    return depth


def _stops(before: str, after: str, depth: dict[str, int]) -> list[str]:
    """Name a stop in every column between the ends of an edge, and place it in *depth*."""
    between = range(depth[before] + 1, depth[after])
    stops = {f"{before}\0{after}\0{column}": column for column in between}
    depth |= stops
    return [before, *stops, after]


def _order(columns: list[list[str]], neighbours: Mapping[str, tuple[list[str], list[str]]]) -> None:
    for _ in range(_SWEEPS):
        for side, order in ((0, columns), (1, columns[::-1])):
            rows: dict[str, int] = {}
            for column in order:
                _sort(column, side, neighbours, rows)
                rows |= {name: row for row, name in enumerate(column)}


def _sort(
    column: list[str],
    side: int,
    neighbours: Mapping[str, tuple[list[str], list[str]]],
    rows: Mapping[str, int],
) -> None:
    """Order a column by the mean row of each one's neighbours on one side."""
    own = {name: row for row, name in enumerate(column)}

    def mean(name: str) -> float:
        beside = neighbours.get(name, ([], []))[side]
        found = [rows[other] for other in beside]
        return sum(found) / len(found) if found else own[name]

    column.sort(key=mean)
