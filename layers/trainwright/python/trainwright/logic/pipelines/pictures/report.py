"""The page of a run: one HTML file that needs nothing else.

The graph, a chart of when each step ran, the metrics, what was made and of what, and the last
lines of the jobs' logs. It has no scripts; what is long is folded away.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from trainwright.logic.pipelines.pictures.gantt import duration, gantt
from trainwright.logic.pipelines.pictures.graph import COLOURS, svg
from trainwright.models.pipelines.plan import PlannedStep
from trainwright.models.pipelines.progress import PipelineRun, StepRecord

_ABOUT_MODELS = {"RegisterModel": "package", "CreateModel": "model", "Deploy": "endpoint"}
"""Which output of a step is what became of a model, by the step's class."""


class Page(NamedTuple):
    """What the page is made of; *logs* has the last lines of a step's job."""

    run: PipelineRun
    steps: Sequence[StepRecord]
    logs: Mapping[str, Sequence[str]]


def report(page: Page) -> str:
    """Write the page."""
    run = page.run
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>{escape(run.ref.run)}</title><style>{_style()}</style></head><body>",
        *_head(page),
        "<h2>Steps</h2><div class='wide'>",
        svg([step.plan for step in page.steps], {s.step: s.status for s in page.steps}),
        "</div><h2>Time</h2><div class='wide'>",
        gantt(page.steps) or "<p class='faint'>No step ran.</p>",
        "</div>",
        *_metrics(page.steps),
        *_artefacts(page.steps),
        *_lineage(page.steps),
        *_details(page),
        "</body></html>",
    ]
    return "\n".join(parts)


@cache
def _style() -> str:
    return Path(__file__).with_suffix(".css").read_text()


def _head(page: Page) -> Iterable[str]:
    run = page.run
    good = run.status == "Succeeded"
    colour = "#dff5e3;color:#1a7f37" if good else "#ffe2e0;color:#cf222e"
    seconds = (run.ended - run.started).total_seconds() if run.ended else 0.0
    yield f"<h1>{escape(run.ref.pipeline)} <span class='badge' style='background:{colour}'>"
    yield f"{escape(run.status)}</span></h1>"
    attempt = f", attempt {run.attempt}" if run.attempt > 1 else ""
    yield (
        f"<p class='faint'>Run <code>{escape(run.ref.run)}</code>{attempt}, begun "
        f"{run.started:%Y-%m-%d %H:%M:%S} UTC, {duration(seconds)}, {len(page.steps)} steps</p>"
    )
    if run.reason:
        yield f"<p><b>{escape(run.error)}</b>: {escape(run.reason)}</p>"
    if run.parameters:
        yield _table(("parameter", "value"), [(k, str(v)) for k, v in run.parameters.items()])


def _metrics(steps: Sequence[StepRecord]) -> Iterable[str]:
    rows = [
        (step.step, name, f"{value:.6g}")
        for step in steps
        for name, value in step.outputs.get("metrics", {}).items()
    ]
    if rows:
        yield "<h2>Metrics</h2>"
        yield _table(("step", "metric", "value"), rows)


def _artefacts(steps: Sequence[StepRecord]) -> Iterable[str]:
    rows = [
        (step.step, name, value)
        for step in steps
        for name, value in _flat(step.outputs)
        if isinstance(value, str) and value.startswith(("s3://", "arn:"))
    ]
    if rows:
        yield "<h2>What was made</h2>"
        yield _table(("step", "what", "where"), rows)


def _lineage(steps: Sequence[StepRecord]) -> Iterable[str]:
    """Trace every model back to the data: what each step that made one has read, all the way."""
    by_name = {step.step: step for step in steps}
    rows = []
    for step in steps:
        if step.plan.kind not in _ABOUT_MODELS or not step.status.good:
            continue
        reached = _ancestors(step.plan, {name: found.plan for name, found in by_name.items()})
        chain = [name for name in by_name if name in reached]  # each after what it needs
        data = sorted({uri for name in chain for uri in _static_inputs(by_name[name].plan)})
        made = str(step.outputs.get(_ABOUT_MODELS[step.plan.kind], ""))
        rows.append((step.step, made, " → ".join(chain), ", ".join(data)))
    if rows:
        yield "<h2>From data to model</h2>"
        yield _table(("step", "made", "by way of", "data and code"), rows)


def _details(page: Page) -> Iterable[str]:
    yield "<h2>Step by step</h2>"
    for step in page.steps:
        _, stroke = COLOURS[step.status]
        said = f": {step.reason}" if step.reason else ""
        cached = f" (as in {step.cached_from})" if step.cached_from else ""
        opened = " open" if step.status.bad and step.started else ""
        yield (
            f"<details{opened}><summary><b>{escape(step.step)}</b> "
            f"<span class='faint'>{escape(step.plan.kind)}</span> "
            f"<span style='color:{stroke}'>{step.status.value}{escape(cached)}{escape(said)}</span>"
            "</summary>"
        )
        rows = [("waited for", step.resource)] if step.resource else []
        rows += [("asked", step.question)] if step.question else []
        rows += [("tried again", f"{count} times: {kind}") for kind, count in step.tries.items()]
        rows += [("cache", line) for line in step.cache_miss]
        if rows:
            yield _table(("", ""), rows)
        if lines := page.logs.get(step.step):
            yield f"<pre>{escape(chr(10).join(lines))}</pre>"
        yield "</details>"


def _ancestors(step: PlannedStep, plans: Mapping[str, PlannedStep]) -> set[str]:
    """Name the steps whose data reached *step*."""
    found: set[str] = set()
    todo = list(step.data_from)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += plans[name].data_from
    return found


def _static_inputs(step: PlannedStep) -> set[str]:
    gathered = {uri for channel in step.gathered for uri in channel.locations}
    job = step.request.get("TrainingJobDefinition", step.request)
    read = [*job.get("InputDataConfig", ())]
    if "TransformInput" in step.request:
        read.append(step.request["TransformInput"])
    channels = [
        *(channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in read),
        *(channel["S3Input"]["S3Uri"] for channel in step.request.get("ProcessingInputs", ())),
    ]
    return {uri for uri in (*channels, *gathered) if uri.startswith("s3://")}


def _flat(outputs: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in outputs.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
