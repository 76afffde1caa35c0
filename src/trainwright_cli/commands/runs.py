"""`trainwright runs`: the last runs and what became of them."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from trainwright.models.record import RunRecord
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.live.notes import metrics_text
from trainwright_cli.live.times import duration
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, print_table, say
from trainwright_cli.run_records import newest_records

app = typer.Typer(add_completion=False)

_STYLES = {"Succeeded": "green", "Failed": "red", "Refused": "red", "Running": "cyan"}


@app.command()
@with_cloud
def runs(
    cloud: Cloud,
    model: Annotated[str | None, typer.Option(help="Only those of this model.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the last runs, the newest first, with their results."""
    rows = [_row(record) for record in newest_records(cloud, limit, model)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(_table(rows))
    else:
        say("No runs yet: start one with `trainwright upload`.")


def _row(record: RunRecord) -> dict[str, Any]:
    told = {name: event.data for name, event in record.events.items()}
    failed, refused = told.get("Run Failed", {}), told.get("Run Refused", {})
    problems = [f"{p['field']}: {p['message']}" for p in refused.get("problems", [])]
    end = datetime.now(UTC) if record.status == "Running" else record.updated
    return {
        "run": record.run,
        "model": record.model,
        "algorithm": record.algorithm,
        "status": record.status,
        "started": record.started,
        "seconds": round((end - record.started).total_seconds(), 3),
        "metrics": told.get("Training Completed", {}).get("metrics", {}),
        "gate": told.get("Metrics Judged", {}).get("gate"),
        "error": failed.get("error", ""),
        "reason": failed.get("reason", "") or "; ".join(problems),
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None)
    for name in ("run", "status", "started", "took", "metric"):
        table.add_column(name, no_wrap=True)
    table.add_column("reason")
    for row in rows:
        table.add_row(
            row["run"],
            Text(row["status"], style=_STYLES[row["status"]]),
            f"{row['started'].astimezone():%m-%d %H:%M}",
            duration(row["seconds"]),
            metrics_text(_judged(row)),
            # The one column that may shrink: Rich spares those that are not to be wrapped.
            Text(_why(row), no_wrap=True, overflow="ellipsis"),
        )
    return table


def _why(row: dict[str, Any]) -> str:
    return ": ".join(filter(None, [row["error"], row["reason"]]))


def _judged(row: dict[str, Any]) -> dict[str, float]:
    """Give the metric that the gate looked at, or else the first; --json has all."""
    metrics: dict[str, float] = row["metrics"]
    name = row["gate"]["metric"] if row["gate"] else next(iter(metrics), "")
    return {name: metrics[name]} if name in metrics else {}
