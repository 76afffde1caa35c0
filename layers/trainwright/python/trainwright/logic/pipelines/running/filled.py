"""A step about to begin, and what beginning it gives."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from trainwright.logic.pipelines.expressions import Later, resolve
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import PlannedStep
from trainwright.models.pipelines.progress import StepRecord
from trainwright.models.pipelines.states import StepRef


class Asked(NamedTuple):
    """What a step asks for, its expressions filled in."""

    operation: str
    request: JsonObject
    gathered: list[JsonObject]
    repack: JsonObject | None
    stands_for: JsonObject


class Filled(NamedTuple):
    """A step whose request has no expressions any more."""

    target: StepRef
    token: str
    record: StepRecord
    asked: Asked

    @property
    def request(self) -> JsonObject:
        """The request of its operation, or the settings of another action."""
        return self.asked.request


class Work(NamedTuple):
    """The resource that is waited for, or the outputs of what was done at once."""

    resource: str = ""
    output: JsonObject | None = None


def fill_in(plan: PlannedStep, variables: Mapping[str, Any], later: Later | None = None) -> Asked:
    """Evaluate the expressions of a step, but for those that *later* leaves."""
    parts = plan.model_dump(mode="json", include={"request", "gathered", "repack", "stands_for"})
    return Asked(plan.operation, **resolve(parts, {**variables, **plan.variables}, later))
