"""How runs and steps are printed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright_cli.pipelines.rails import NO_RAIL, Rail

STYLES = {
    StepStatus.WAITING: ("·", "dim"),
    StepStatus.READY: ("·", ""),
    StepStatus.RUNNING: ("●", "bold blue"),
    StepStatus.SUCCEEDED: ("✓", "green"),
    StepStatus.CACHED: ("≡", "cyan"),
    StepStatus.SKIPPED: ("-", "magenta"),
    StepStatus.FAILED: ("✗", "bold red"),
    StepStatus.STOPPED: ("■", "yellow"),
}
"""The sign and the style of a status."""


def steps_table(
    steps: Iterable[StepRecord], graph: Mapping[str, Rail], now: datetime | None = None
) -> Table:
    """Show the steps of a run, beside their *graph* if there is one."""
    table = Table("", "step", "kind", "status", "time", "", box=None, pad_edge=False)
    for step in steps:
        sign, style = STYLES[step.status]
        before, after = graph.get(step.step, NO_RAIL)
        place = Text.assemble((before, "dim"), sign, (after, "dim"))
        question = step.question if step.status is StepStatus.RUNNING else ""
        said = step.reason or question or (step.cached_from and f"as in {step.cached_from}")
        row = (place, step.step, f"[dim]{step.plan.kind}[/]", step.status.value, _took(step, now))
        table.add_row(*row, Text(said[:100], "dim"), style=style)
    return table


def step_json(step: StepRecord) -> dict[str, Any]:
    """Give what programs read of a step."""
    keep = {"step", "status", "outputs", "resource", "question", "cached_from", "error", "reason"}
    return step.model_dump(mode="json", include=keep | {"started", "ended", "attempt"}) | {
        "kind": step.plan.kind
    }


def _took(step: StepRecord, now: datetime | None) -> str:
    if step.started is None:
        return ""
    end = step.ended or now or datetime.now(UTC)
    return f"{(end - step.started).total_seconds():.1f} s"
