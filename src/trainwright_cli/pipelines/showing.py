"""How plans, runs and steps are printed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from trainwright.logic.pipelines.planning.cost import prices
from trainwright.logic.pipelines.running.begin_run import total_of
from trainwright.models.pipelines.plan import Estimate, PipelinePlan
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


def plan_table(plan: PipelinePlan, predictions: dict[str, str]) -> Table:
    """Show a plan: a row for each step."""
    columns = ("step", "does", "after", "instances", "at most", "cache")
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for step in plan.steps:
        table.add_row(
            step.name,
            step.operation or step.kind,
            ", ".join(step.needs) or "[dim]-[/]",
            " or ".join(step.instance_types) or "[dim]-[/]",
            _cost(step.estimate),
            predictions.get(step.name, "off" if step.cache_days is None else "on"),
        )
    return table


def plan_summary(plan: PipelinePlan) -> str:
    """Say what a run of *plan* may cost."""
    total = total_of(plan)
    count = f"{len(plan.steps)} steps" if len(plan.steps) != 1 else "1 step"
    table = prices()
    cost = f"{total.dollars:.2f} USD" if total.dollars is not None else "an unknown amount"
    cap = f", of {plan.max_cost:.2f} USD allowed" if plan.max_cost else ""
    return (
        f"{count}; at most {cost}{cap} if every job takes as long as it may "
        f"(prices of {table.date}, {table.region})"
    )


def steps_table(
    steps: Iterable[StepRecord], graph: Mapping[str, Rail], now: datetime | None = None
) -> Table:
    """Show the steps of a run, beside their *graph* if there is one."""
    table = Table("", "step", "kind", "status", "time", "", box=None, pad_edge=False)
    for step in steps:
        sign, style = STYLES[step.status]
        before, after = graph.get(step.step, NO_RAIL)
        place = Text.assemble((before, "dim"), sign, (after, "dim"))
        said = step.reason or (f"as in {step.cached_from}" if step.cached_from else "")
        row = (place, step.step, f"[dim]{step.plan.kind}[/]", step.status.value, _took(step, now))
        table.add_row(*row, f"[dim]{said[:100]}[/]", style=style)
    return table


def step_json(step: StepRecord) -> dict[str, Any]:
    """Give what programs read of a step."""
    keep = {"step", "status", "outputs", "resource", "cached_from", "error", "reason"}
    return step.model_dump(mode="json", include=keep | {"started", "ended", "attempt"}) | {
        "kind": step.plan.kind
    }


def _cost(estimate: Estimate) -> str:
    if not estimate.seconds:
        return "[dim]-[/]"
    dollars = f"{estimate.dollars:.2f} USD" if estimate.dollars is not None else "? USD"
    return f"{estimate.seconds / 60:.0f} min, {dollars}"


def _took(step: StepRecord, now: datetime | None) -> str:
    if step.started is None:
        return ""
    end = step.ended or now or datetime.now(UTC)
    return f"{(end - step.started).total_seconds():.1f} s"
