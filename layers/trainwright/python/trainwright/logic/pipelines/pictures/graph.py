"""The graph of a pipeline, as SVG and as Mermaid; the steps of a run have their states' colours."""

from collections.abc import Mapping, Sequence
from html import escape

from trainwright.logic.pipelines.pictures.layout import Spot, edges_of, lay_out
from trainwright.models.pipelines.plan import PlannedStep
from trainwright.models.pipelines.progress import StepStatus

type Statuses = Mapping[str, StepStatus]

COLOURS: dict[StepStatus | None, tuple[str, str]] = {
    None: ("#f4f6f8", "#8a94a0"),
    StepStatus.WAITING: ("#f4f6f8", "#8a94a0"),
    StepStatus.READY: ("#f4f6f8", "#5b6673"),
    StepStatus.RUNNING: ("#dcecff", "#1f6feb"),
    StepStatus.SUCCEEDED: ("#dff5e3", "#1a7f37"),
    StepStatus.CACHED: ("#e3f2f1", "#0b7a75"),
    StepStatus.SKIPPED: ("#f1eef6", "#8250df"),
    StepStatus.FAILED: ("#ffe2e0", "#cf222e"),
    StepStatus.STOPPED: ("#fff1d6", "#9a6700"),
}
"""Fill and stroke by status; None is a step of a plan."""

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 200, 46, 56, 18, 16
_MAX_LETTERS = 26
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" role="img"'


def svg(steps: Sequence[PlannedStep], statuses: Statuses) -> str:
    """Draw the steps from left to right."""
    layout = lay_out({step.name: step.needs for step in steps})
    heights = layout.heights
    rows = max(heights.values(), default=1)
    width = layout.columns * (_WIDTH + _GAP_X) - _GAP_X + 2 * _MARGIN
    height = rows * (_HEIGHT + _GAP_Y) - _GAP_Y + 2 * _MARGIN

    def corner(spot: Spot) -> tuple[float, float]:
        """Give the upper left corner of a spot: short columns stand in the middle."""
        row = spot.row + (rows - heights[spot.column]) / 2
        return _MARGIN + spot.column * (_WIDTH + _GAP_X), _MARGIN + row * (_HEIGHT + _GAP_Y)

    parts = [
        f'<svg {NAMESPACE} viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        *(_edge([corner(spot) for spot in route]) for route in layout.routes),
        *(_box(step, corner(layout.spots[step.name]), statuses.get(step.name)) for step in steps),
        "</svg>",
    ]
    return "\n".join(parts)


def mermaid(steps: Sequence[PlannedStep], statuses: Statuses) -> str:
    """Write the graph for Mermaid, which GitHub and many others draw."""
    ids = {step.name: f"s{number}" for number, step in enumerate(steps)}
    lines = ["flowchart LR"]
    for step in steps:
        status = statuses.get(step.name)
        style = f":::{status.value.lower()}" if status else ""
        lines.append(f'  {ids[step.name]}["{step.name}<br/><small>{step.kind}</small>"]{style}')
    needs = {step.name: step.needs for step in steps}
    lines += [f"  {ids[before]} --> {ids[after]}" for before, after in edges_of(needs)]
    for status in sorted(set(statuses.values())):
        fill, stroke = COLOURS[status]
        lines.append(f"  classDef {status.value.lower()} fill:{fill},stroke:{stroke}")
    return "\n".join(lines) + "\n"


def _edge(corners: Sequence[tuple[float, float]]) -> str:
    """Draw an edge through its stops: bent between the columns, straight below each."""
    middles = [(x, y + _HEIGHT / 2) for x, y in corners]
    (x, y), *rest = middles
    path = f"M{x + _WIDTH:.0f},{y:.0f}"
    x += _WIDTH
    for next_x, next_y in rest:
        bend = (next_x - x) / 2
        path += (
            f" C{x + bend:.0f},{y:.0f} {next_x - bend:.0f},{next_y:.0f} {next_x:.0f},{next_y:.0f}"
        )
        if (next_x, next_y) != rest[-1]:
            path += f" H{next_x + _WIDTH:.0f}"
        x, y = next_x + _WIDTH, next_y
    tip = rest[-1]
    return (
        f'<path d="{path}" fill="none" stroke="#b3bcc6" stroke-width="1.4"/>'
        f'<path d="M{tip[0] - 7:.0f},{tip[1] - 4:.0f} l7,4 l-7,4 z" fill="#8a94a0"/>'
    )


def _box(step: PlannedStep, corner: tuple[float, float], status: StepStatus | None) -> str:
    x, y = corner
    fill, stroke = COLOURS[status]
    name = step.name if len(step.name) <= _MAX_LETTERS else f"{step.name[: _MAX_LETTERS - 1]}…"
    said = f"{step.kind} · {status.value}" if status else step.kind
    return (
        f"<g><title>{escape(step.name)}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{_WIDTH}" height="{_HEIGHT}" rx="7" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.3"/>'
        f'<text x="{x + 12:.0f}" y="{y + 20:.0f}" font-size="13" fill="#1f2328">'
        f"{escape(name)}</text>"
        f'<text x="{x + 12:.0f}" y="{y + 36:.0f}" font-size="11" fill="{stroke}">'
        f"{escape(said)}</text></g>"
    )
