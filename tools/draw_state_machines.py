"""Draw statemachines/*.asl.yaml as docs/pictures/*.svg: `python -m tools.draw_state_machines`."""

import re
import sys
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tools.state_machine_layout import Edge, Place, State, edges_of, lanes_of, places_of

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"
STYLE = Path(__file__).with_name("state_machine.css")

WIDTH, HEIGHT = 266, 50
COLUMN, ROW = WIDTH + 90, HEIGHT + 42
LEFT, TOP, MARGIN = 130, 46, 16
LANE = 16
MERGE = 24
"""How far above a state the lines that jump to it join the line that leads to it."""


def pictures() -> dict[Path, str]:
    """Draw every machine; give what each picture's file must hold."""
    machines = sorted((ROOT / "statemachines").glob("*.asl.yaml"))
    return {
        PICTURES / f"{path.name.removesuffix('.asl.yaml')}.svg": draw(
            yaml.safe_load(path.read_text())
        )
        for path in machines
    }


def draw(machine: dict[str, Any]) -> str:
    """Draw *machine* as an SVG that suits light and dark pages."""
    states, edges = machine["States"], edges_of(machine["States"])
    places = places_of(machine["StartAt"], states, edges)
    route = _Route(edges, places, lanes_of(edges, places))
    x, y = _corner(places[machine["StartAt"]])
    columns, rows = (max(axis) for axis in zip(*places.values(), strict=True))
    width = LEFT + columns * COLUMN + WIDTH + MARGIN
    height = TOP + rows * ROW + HEIGHT + MARGIN
    title = escape(machine["Comment"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
        f' viewBox="0 0 {width} {height}" role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<style>\n{STYLE.read_text()}</style>",
        _arrow([(x + WIDTH / 2, MARGIN), (x + WIDTH / 2, y)], "way"),
        *(_arrow(route.points(edge), "catch" if edge.caught else "way") for edge in edges),
        *(_label(edge, *route.label(edge)) for edge in edges if edge.label),
        *(_box(name, states[name], places[name]) for name in states),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


type Point = tuple[float, float]


def _corner(place: Place) -> Point:
    return LEFT + place[0] * COLUMN, TOP + place[1] * ROW


class _Route(NamedTuple):
    edges: list[Edge]
    places: dict[str, Place]
    lanes: dict[Edge, int]

    def points(self, edge: Edge) -> list[Point]:
        (x, y), (to_x, to_y) = _corner(self.places[edge.source]), _corner(self.places[edge.target])
        center, middle = x + WIDTH / 2, y + HEIGHT / 2
        if edge in self.lanes:
            lane, join = x - LANE * (1 + self.lanes[edge]), to_y - MERGE
            return [(x, middle), (lane, middle), (lane, join), (center, join), (center, to_y)]
        if x == to_x:
            return [(center, y + HEIGHT), (center, to_y)]
        shift = self._shift(edge)
        lane, end = to_x - 2 * LANE - shift, to_y + HEIGHT / 2 + shift
        if y == to_y:
            return [(x + WIDTH, end), (to_x, end)]
        return [(x + WIDTH, middle), (lane, middle), (lane, end), (to_x, end)]

    def _shift(self, edge: Edge) -> int:
        """Keep the errors' ways to a state apart from its other ways, if it has both."""
        column = self.places[edge.source][0]
        kinds = {
            other.caught
            for other in self.edges
            if other.target == edge.target and self.places[other.source][0] == column
        }
        return 0 if len(kinds) == 1 else (8 if edge.caught else -8)

    def label(self, edge: Edge) -> tuple[Point, str]:
        (x, y), *_ = self.points(edge)
        if edge in self.lanes:
            return (x - 6, y - 7), "end"
        down = self.places[edge.source][0] == self.places[edge.target][0]
        return ((x + 8, y + 16) if down else (x + 8, y - 7)), "start"


def _arrow(points: list[Point], kind: str) -> str:
    """Draw a line with a tip at its end; its last piece goes down or to the right."""
    (from_x, _), (x, y) = points[-2:]
    tip = "l -4 -8 h 8 z" if from_x == x else "l -8 -4 v 8 z"
    line = " ".join(f"{px:g},{py:g}" for px, py in points)
    return (
        f'<polyline class="{kind}" points="{line}"/>'
        f'<path class="{kind} tip" d="M {x:g} {y:g} {tip}"/>'
    )


def _label(edge: Edge, at: Point, anchor: str) -> str:
    return _text("label", at, edge.label, anchor)


def _text(kind: str, at: Point, text: str, anchor: str = "middle") -> str:
    x, y = at
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _box(name: str, state: State, place: Place) -> str:
    x, y = _corner(place)
    kind, note = _kind(state)
    middle = (x + WIDTH / 2, y + HEIGHT / 2)
    texts = _text("name", (middle[0], middle[1] + (-2 if note else 5)), name)
    if note:
        texts += _text("note", (middle[0], middle[1] + 15), note)
    return f'<path class="{kind}" d="{_outline(kind, x, y)}"/>{texts}'


def _outline(kind: str, x: float, y: float) -> str:
    """Give a hexagon for a question, a pill for an end, else a box with round corners."""
    cut = {"choice": HEIGHT / 2, "succeed": HEIGHT / 2, "fail": HEIGHT / 2}.get(kind, 8)
    side, edge = HEIGHT - 2 * cut, WIDTH - 2 * cut
    arc = "l" if kind == "choice" else f"a {cut:g} {cut:g} 0 0 1"
    return (
        f"M {x + cut:g} {y:g} h {edge:g} {arc} {cut:g} {cut:g} v {side:g} "
        f"{arc} {-cut:g} {cut:g} h {-edge:g} {arc} {-cut:g} {-cut:g} v {-side:g} "
        f"{arc} {cut:g} {-cut:g} z"
    )


def _kind(state: State) -> tuple[str, str]:
    """Give the kind of *state*, and a note on what it runs."""
    if state["Type"] != "Task":
        return state["Type"].lower(), ""
    if "StateMachineArn" in state["Arguments"]:
        return "nested", f"state machine {_called(state['Arguments']['StateMachineArn'])}"
    function = _called(state["Arguments"]["FunctionName"])
    if state["Resource"].endswith(".waitForTaskToken"):
        return "wait", f"{function}, then waits for its end"
    return "task", function


def _called(substitution: str) -> str:
    """Turn `${PlanRunFunctionArn}` into `plan_run`."""
    name = re.sub(r"(Function|StateMachine)Arn\}$", "", substitution).removeprefix("${")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def main() -> None:
    """Write the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path, picture in pictures().items():
        path.write_text(picture)
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
