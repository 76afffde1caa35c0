"""The graph of a pipeline, as SVG and as Mermaid; the steps of a run have their states' colours."""

from collections.abc import Mapping, Sequence
from html import escape

from trainwright.logic.pipelines.pictures.layout import Spot, edges_of, spots_of
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

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 190, 46, 56, 18, 16
_MAX_LETTERS = 26
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" role="img"'


def svg(steps: Sequence[PlannedStep], statuses: Statuses) -> str:
    """Draw the steps from left to right."""
    needs = {step.name: step.needs for step in steps}
    spots = spots_of(needs)
    columns = 1 + max((spot.column for spot in spots.values()), default=0)
    rows = 1 + max((spot.row for spot in spots.values()), default=0)
    width = columns * (_WIDTH + _GAP_X) - _GAP_X + 2 * _MARGIN
    height = rows * (_HEIGHT + _GAP_Y) - _GAP_Y + 2 * _MARGIN
    counts = _counts(spots)
    places = {name: _corner(spot, counts[spot.column], rows) for name, spot in spots.items()}
    parts = [
        f'<svg {_NAMESPACE} viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        *(_edge(places[before], places[after]) for before, after in edges_of(needs)),
        *(_box(step, places[step.name], statuses.get(step.name)) for step in steps),
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


def _counts(spots: Mapping[str, Spot]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for spot in spots.values():
        counts[spot.column] = counts.get(spot.column, 0) + 1
    return counts


def _corner(spot: Spot, count: int, rows: int) -> tuple[float, float]:
    """Give the upper left corner of a box: short columns stand in the middle."""
    x = _MARGIN + spot.column * (_WIDTH + _GAP_X)
    y = _MARGIN + (spot.row + (rows - count) / 2) * (_HEIGHT + _GAP_Y)
    return x, y


def _edge(before: tuple[float, float], after: tuple[float, float]) -> str:
    x1, y1 = before[0] + _WIDTH, before[1] + _HEIGHT / 2
    x2, y2 = after[0] - 4, after[1] + _HEIGHT / 2
    bend = max((x2 - x1) / 2, _GAP_X / 2)
    return (
        f'<path d="M{x1:.0f},{y1:.0f} C{x1 + bend:.0f},{y1:.0f} {x2 - bend:.0f},{y2:.0f} '
        f'{x2:.0f},{y2:.0f}" fill="none" stroke="#b3bcc6" stroke-width="1.4"/>'
        f'<path d="M{x2:.0f},{y2 - 4:.0f} l6,4 l-6,4 z" fill="#b3bcc6"/>'
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
