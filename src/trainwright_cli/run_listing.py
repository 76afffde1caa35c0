"""Runs as rows: for `--json`, and as a table."""

from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from trainwright.models.record import RunRecord
from trainwright_cli.live.notes import metrics_text
from trainwright_cli.live.times import duration

_STYLES = {"Succeeded": "green", "Failed": "red", "Refused": "red", "Running": "cyan"}


def row_of(record: RunRecord) -> dict[str, Any]:
    """Give the keys of `--json`."""
    told = {name: event.data for name, event in record.events.items()}
    failed, refused = told.get("Run Failed", {}), told.get("Run Refused", {})
    ended = failed or told.get("Run Succeeded", {})
    problems = [f"{p['field']}: {p['message']}" for p in refused.get("problems", [])]
    end = datetime.now(UTC) if record.status == "Running" else record.updated
    return {
        "run": record.run,
        "model": record.model,
        "algorithm": record.algorithm,
        "status": record.status,
        "started": record.started,
        "seconds": round((end - record.started).total_seconds(), 3),
        "metrics": ended.get("metrics", {}),
        "gate": told.get("Run Started", {}).get("gate"),
        "error": failed.get("error", ""),
        "reason": failed.get("reason", "") or "; ".join(problems),
    }


def table_of(rows: list[dict[str, Any]]) -> Table:
    """Show *rows* without what --json has more."""
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
