"""A step about to begin, and what beginning it gives."""

from typing import NamedTuple

from trainwright.models.message import JsonObject
from trainwright.models.pipelines.progress import StepRecord
from trainwright.models.pipelines.states import StepRef


class Filled(NamedTuple):
    """A step whose request has no expressions any more."""

    target: StepRef
    token: str
    record: StepRecord
    request: JsonObject
    gathered: list[JsonObject]
    repack: JsonObject | None


class Work(NamedTuple):
    """The resource that is waited for, or the outputs of what was done at once."""

    resource: str = ""
    output: JsonObject | None = None
