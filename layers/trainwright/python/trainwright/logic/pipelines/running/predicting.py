"""Which steps of a run the cache would serve, as far as that can be told before it starts.

The steps are walked as they would run. What the cache serves has known outputs, so the key of what
reads them is known too; what is done anew has none yet, and a key that needs them is not known. No
rule is written twice: keys, entries, skipping and conditions are those of running.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.expressions import expressions_in, needs_other_steps, steps_in
from trainwright.logic.pipelines.running.caching import (
    Listing,
    Memory,
    Remembering,
    cache_key_of,
    find_cached,
    why_not_cached,
)
from trainwright.logic.pipelines.running.fate import reason_to_skip
from trainwright.logic.pipelines.running.filled import Asked, fill_in
from trainwright.logic.pipelines.running.work import answer_to
from trainwright.models.message import JsonObject, Message
from trainwright.models.pipelines.plan import PipelinePlan, PlannedStep
from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright.models.pipelines.stored import Listed
from trainwright.models.pipelines.written import is_expression


class Verdict(StrEnum):
    """What the cache would do for a step."""

    HIT = "hit"
    MISS = "miss"
    UNKNOWN = "unknown"
    OFF = "off"
    SKIPPED = "skipped"


class Prediction(Message):
    """What the cache would do for a step, and why."""

    verdict: Verdict
    run: str = ""
    """The run that made what is served,"""
    made: datetime | None = None
    """and when it did."""
    until: tuple[str, ...] = ()
    """Steps that must have run before the key is known."""
    reasons: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether the step takes no time and costs nothing."""
        return self.verdict in {Verdict.HIT, Verdict.SKIPPED}


class _Outcome(NamedTuple):
    prediction: Prediction
    status: StepStatus = StepStatus.WAITING
    outputs: JsonObject = {}


class _NotKnownError(Exception):
    """A place that only a step that has not run can tell."""


class _KnownPlaces:
    """Objects at places that are known."""

    def __init__(self, store: Listing) -> None:
        self._store = store

    def listing(self, uri: str) -> list[Listed]:
        """List the objects at or below *uri*."""
        if is_expression(uri):
            raise _NotKnownError(uri)
        return self._store.listing(uri)


def predict(plan: PipelinePlan, ports: Remembering) -> dict[str, Prediction]:
    """Say of each step of *plan* what the cache would do for it, by its name."""
    memory = Memory(_KnownPlaces(ports.store), ports.cache, ports.images, ports.models)
    records: dict[str, StepRecord] = {}
    predictions: dict[str, Prediction] = {}
    for order, step in enumerate(plan.steps):
        found = _outcome(plan, step, records, memory)
        predictions[step.name] = found.prediction
        records[step.name] = StepRecord(
            run=plan.run,
            step=step.name,
            status=found.status,
            plan=step,
            order=order,
            outputs=found.outputs,
        )
    return predictions


def _outcome(
    plan: PipelinePlan, step: PlannedStep, records: Mapping[str, StepRecord], memory: Memory
) -> _Outcome:
    if reason := reason_to_skip(step, {name: records[name] for name in step.needs}):
        prediction = Prediction(verdict=Verdict.SKIPPED, reasons=(reason,))
        return _Outcome(prediction, StepStatus.SKIPPED)
    if step.cache_days is None and step.action != "question":
        return _Outcome(Prediction(verdict=Verdict.OFF))
    known = {name: record.outputs for name, record in records.items() if record.status.good}
    try:
        asked = fill_in(
            step,
            {"parameters": plan.parameters, "steps": known},
            lambda text: needs_other_steps(text, known),
        )
    except InvalidRequestError as error:
        return _Outcome(Prediction(verdict=Verdict.UNKNOWN, reasons=(str(error),)))
    if step.action == "question":
        return _answered(asked)
    return _looked_up(plan.pipeline, step, asked, memory)


def _answered(asked: Asked) -> _Outcome:
    """Answer a condition whose question is known: it decides what is skipped."""
    if _unknown(asked.request):
        return _Outcome(Prediction(verdict=Verdict.OFF))
    return _Outcome(Prediction(verdict=Verdict.OFF), StepStatus.SUCCEEDED, answer_to(asked.request))


def _looked_up(pipeline: str, step: PlannedStep, asked: Asked, memory: Memory) -> _Outcome:
    try:
        key, components = cache_key_of(asked, memory)
    except _NotKnownError as error:
        return _Outcome(_until(str(error)))
    if unknown := _unknown(components):
        return _Outcome(unknown)
    if (entry := find_cached(key, memory)) is None:
        reasons = why_not_cached(pipeline, step.name, components, memory)
        return _Outcome(Prediction(verdict=Verdict.MISS, reasons=reasons))
    prediction = Prediction(verdict=Verdict.HIT, run=entry.run, made=entry.created)
    return _Outcome(prediction, StepStatus.CACHED, entry.outputs)


def _unknown(value: object) -> Prediction | None:
    left = list(expressions_in(value))
    return _until(*left) if left else None


def _until(*expressions: str) -> Prediction:
    steps = tuple(sorted(steps_in(expressions)))
    reasons = () if steps else ("it depends on the run itself",)
    return Prediction(verdict=Verdict.UNKNOWN, until=steps, reasons=reasons)
