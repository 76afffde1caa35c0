"""How a run and its steps are written as items of the steps table, and read back."""

import json
from typing import Any

from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus

RUN = "#run"
"""Sort key of the row of the run itself; no step can be called so."""

_SETS = ("waits_for", "running", "queued")
_NUMBERS = ("unfinished",)

type Item = dict[str, Any]
"""As DynamoDB's low-level API has it."""


def item_of(record: PipelineRun | StepRecord, step: str) -> Item:
    """Write a record as an item: sets and counts as DynamoDB knows them, the rest as JSON."""
    item: Item = {}
    for name, value in record.model_dump(mode="json").items():
        if name in _SETS:
            item |= {name: {"SS": sorted(value)}} if value else {}
        elif name in _NUMBERS:
            item[name] = {"N": str(value)}
        elif name in {"run", "status"} and isinstance(record, StepRecord):
            item[name] = {"S": value}
        else:
            item[name] = {"S": json.dumps(value)}
    return item | {"step": {"S": step}}


def plain(item: Item) -> dict[str, Any]:
    """Read an item back as the data of a record."""
    found: dict[str, Any] = {}
    is_step = item["step"]["S"] != RUN
    for name, value in item.items():
        if name in _SETS:
            found[name] = frozenset(value["SS"])
        elif name in _NUMBERS:
            found[name] = int(value["N"])
        elif name in {"run", "step", "status"} and is_step:
            found[name] = value["S"]
        elif name not in {"run", "step", "expires"}:
            found[name] = json.loads(value["S"])
    return found


def run_of(item: Item) -> PipelineRun:
    """Read a run back."""
    return PipelineRun.model_validate(plain(item))


def step_of(item: Item) -> StepRecord:
    """Read a step back. Who waits for nothing is ready, which is not written anywhere."""
    found = StepRecord.model_validate(plain(item))
    if found.status is StepStatus.WAITING and not found.waits_for:
        return found.model_copy(update={"status": StepStatus.READY})
    return found


def key_of(run: str, step: str) -> Item:
    """Give the key of a row."""
    return {"run": {"S": run}, "step": {"S": step}}
