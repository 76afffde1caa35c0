"""A run on a terminal: a tree that is drawn anew for every look."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from trainwright_cli.live.curve import curve
from trainwright_cli.live.history import Phase
from trainwright_cli.live.job import Job
from trainwright_cli.live.metrics import Series
from trainwright_cli.live.times import duration
from trainwright_cli.live.tree import Node
from trainwright_cli.live.view import TRAIN, View

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_SPINS_PER_SECOND = 8
_SYMBOLS = {
    Phase.PENDING: ("○", "dim"),
    Phase.DONE: ("✓", "green"),
    Phase.FAILED: ("✗", "bold red"),
    Phase.STOPPED: ("■", "yellow"),
}
_NAME, _INDENT = 32, 4
_CURVE_WIDTH, _CURVE_HEIGHT, _CURVES = 24, 3, 4


def drawing(view: View, now: datetime) -> RenderableType:
    """Draw *view* as it is at *now*."""
    root = Tree(_header(view, now), guide_style="dim")
    _add(root, view.nodes, view, now)
    return root


def _header(view: View, now: datetime) -> Text:
    execution = view.execution
    header = _symbol(execution.phase, now).append(f" {view.run}", style="bold")
    if execution.started:
        took = ((execution.ended or now) - execution.started).total_seconds()
        header.append(f"  {execution.phase}, {duration(max(0.0, took))}", style="dim")
    return header


def _add(tree: Tree, nodes: tuple[Node, ...], view: View, now: datetime, depth: int = 0) -> None:
    for node in nodes:
        job = view.job if node.name == TRAIN and node.entered else None
        branch = tree.add(
            _label(replace(node, note="") if job and job.series else node, now, depth)
        )
        _add(branch, node.children, view, now, depth + 1)
        if job:
            branch.add(_job(job))


def _label(node: Node, now: datetime, depth: int) -> Text:
    label = _symbol(node.phase, now)
    style = "dim" if node.phase is Phase.PENDING else ""
    label.append(f" {node.name:<{_NAME - _INDENT * depth}}", style=style)
    seconds = node.seconds(now)
    label.append(f"{'' if seconds is None else duration(seconds):>9}", style="cyan")
    label.append(f"  {node.note}" if node.note else "", style="dim")
    label.no_wrap, label.overflow = True, "ellipsis"
    return label


def _symbol(phase: Phase, now: datetime) -> Text:
    if phase is Phase.RUNNING:
        frame = int(now.timestamp() * _SPINS_PER_SECOND) % len(_SPINNER)
        return Text(_SPINNER[frame], style="bold cyan")
    symbol, style = _SYMBOLS[phase]
    return Text.assemble((symbol, style))


def _job(job: Job) -> RenderableType:
    status = Text.assemble((job.status, "bold"), ("  " + job.name, "dim"))
    return Group(status, Columns(list(_metrics(job)), padding=(0, 4)))


def _metrics(job: Job) -> Iterator[RenderableType]:
    for name, values in _different(job.series)[:_CURVES]:
        title = Text.assemble(
            (name, "cyan"), f" {values[-1]:.4g}", (f"  {_steps(len(values))}", "dim")
        )
        lines = curve(values, _CURVE_WIDTH, _CURVE_HEIGHT)
        yield Group(title, *(Text(line, style="green") for line in lines))


def _different(series: Series) -> list[tuple[str, list[float]]]:
    """Leave out a metric that says the same as one before it."""
    items = list(series.items())
    return [
        (name, values)
        for number, (name, values) in enumerate(items)
        if values not in [earlier for _, earlier in items[:number]]
    ]


def _steps(count: int) -> str:
    return "once" if count == 1 else f"step {count}"
