"""How a plan is printed: each step's request, cost, and what the cache does for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from trainwright.logic.pipelines.planning.cost import prices
from trainwright.logic.pipelines.running.begin_run import total_of
from trainwright.logic.pipelines.running.predicting import Prediction, Verdict
from trainwright.models.pipelines.plan import Estimate, PipelinePlan, PlannedStep

type Predictions = Mapping[str, Prediction]
"""Of every step by its name; empty if no cache was looked into."""


def plan_table(plan: PipelinePlan, predictions: Predictions) -> Table:
    """Show a plan: a row for each step."""
    columns = ("step", "does", "after", "instances", "at most", "cache")
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    done = _done_in(predictions)
    for step in plan.steps:
        table.add_row(
            step.name,
            step.operation or step.kind,
            ", ".join(step.needs) or "[dim]-[/]",
            " or ".join(step.instance_types) or "[dim]-[/]",
            "[dim]-[/]" if step.name in done else _cost(step.estimate),
            _cached(step, predictions.get(step.name)),
        )
    return table


def plan_summary(plan: PipelinePlan, predictions: Predictions) -> str:
    """Say what a run of *plan* may cost, without what the cache serves."""
    done, table = _done_in(predictions), prices()
    count = f"{len(plan.steps)} steps" if len(plan.steps) != 1 else "1 step"
    left = f", {len(done)} of them done already" if done else ""
    cost = _dollars(total_of(plan, done))
    cap = f" of {plan.max_cost:.2f} USD allowed" if plan.max_cost else ""
    whole = f"; the cap is held against all steps, {_dollars(total_of(plan))}"
    return (
        f"{count}{left}; at most {cost}{cap} if every job takes as long as it may "
        f"(prices of {table.date}, {table.region}){whole if done and cap else ''}"
    )


def cache_notes(plan: PipelinePlan, predictions: Predictions) -> Iterator[str]:
    """Say why steps are not served by the cache, or how to find out."""
    for name, found in predictions.items():
        if found.reasons and found.verdict in {Verdict.MISS, Verdict.UNKNOWN}:
            first, *others = found.reasons
            yield f"{name}: {escape(first)}"
            yield from (f"  {escape(line)}" for line in others)
    kept = [step.name for step in plan.steps if step.cache_days is not None]
    if kept and not predictions:
        yield (
            f"The cache may serve {', '.join(kept)}: what has the same arguments, image, code and "
            "inputs as before. --stack-name looks into that of a stack."
        )


def plan_json(plan: PipelinePlan, predictions: Predictions) -> dict[str, Any]:
    """Give the whole plan, with what the cache does if that was looked up."""
    left = total_of(plan, _done_in(predictions))
    cache = {name: found.model_dump(mode="json") for name, found in predictions.items()}
    return plan.model_dump(mode="json") | {"estimate": left.model_dump(), "cache": cache}


def _done_in(predictions: Predictions) -> set[str]:
    return {name for name, found in predictions.items() if found.is_done}


def _cached(step: PlannedStep, found: Prediction | None) -> str:
    if found is None:
        return "[dim]off[/]" if step.cache_days is None else f"on, for {step.cache_days:g} days"
    until = " and ".join(found.until)
    made = f"{found.made.astimezone():%m-%d %H:%M}" if found.made else ""
    said = {
        Verdict.HIT: f"[cyan]as in {found.run}, {made}[/]",
        Verdict.MISS: "done anew",
        Verdict.UNKNOWN: f"known after {until}" if until else "known in the run",
        Verdict.SKIPPED: "[magenta]skipped[/]",
        Verdict.OFF: "[dim]off[/]",
    }
    return said[found.verdict]


def _cost(estimate: Estimate) -> str:
    if not estimate.seconds:
        return "[dim]-[/]"
    dollars = f"{estimate.dollars:.2f} USD" if estimate.dollars is not None else "? USD"
    return f"{estimate.seconds / 60:.0f} min, {dollars}"


def _dollars(estimate: Estimate) -> str:
    return f"{estimate.dollars:.2f} USD" if estimate.dollars is not None else "an unknown amount"
