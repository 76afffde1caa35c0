"""Runs as a user sees them: an upload, and then the record of what became of it."""

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from tests.integration.stack.stack import Run, Stack, until

SECONDS = 1500
"""For a run, the making of its environment included."""


class Outcome(NamedTuple):
    """How a run ended, and what its record tells by the event's name."""

    status: str
    told: dict[str, dict[str, Any]]

    @property
    def metrics(self) -> dict[str, float]:
        """What the training reached."""
        return dict(self.told.get("Run Succeeded", {}).get("metrics", {}))

    @property
    def reason(self) -> str:
        """Why it did not succeed."""
        told = self.told.get("Run Failed") or self.told.get("Run Refused") or {}
        return str(told.get("reason", ""))

    def __str__(self) -> str:
        """Show it on one line."""
        return f"{self.status}: {self.reason}" if self.reason else self.status


def start(
    stack: Stack,
    algorithm: str,
    model: str,
    files: Mapping[str, bytes],
    settings: Mapping[str, Any],
) -> Run:
    """Upload *files* by channel, then *settings*, which starts the run."""
    folder = f"incoming/{algorithm}/{model}"
    before = stack.executions(model)
    for path, content in files.items():
        stack.put(f"{folder}/{path}", content)
    stack.put(f"{folder}/run.yaml", yaml.safe_dump(dict(settings)).encode())
    return stack.new_run(model, before)


def outcome_of(run: Run, seconds: float = SECONDS) -> Outcome:
    """Wait for the end of *run*, which is stopped if it takes too long."""
    try:
        record = until(lambda: _ended(run), f"the end of {run.id}", seconds)
    except AssertionError:
        run.stack.client("stepfunctions").stop_execution(executionArn=run.execution)
        raise
    told = {name: json.loads(text)["data"] for name, text in record.items() if name[0].isupper()}
    return Outcome(record["status"], told)


def _ended(run: Run) -> dict[str, str]:
    record = run.record()
    if record.get("status", "Running") == "Running":
        time.sleep(0.4)  # on top of the tenth of a second between two looks: it is no hurry
        return {}
    return record
