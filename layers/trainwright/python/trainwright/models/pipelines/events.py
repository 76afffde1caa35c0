"""The events of pipelines on the app's bus."""

from typing import Any, ClassVar, Literal

from trainwright.models.events import EventData
from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.pipelines.plan import Estimate, PipelineRef


class PipelineMetadata(Message):
    """What all events of pipelines say first."""

    version: Literal["1"] = "1"
    run: str
    pipeline: str
    stack: str


class PipelineStarted(EventData):
    """A run was planned and begins, or goes on in a new *attempt*."""

    detail_type: ClassVar[str] = "Pipeline Started"
    execution: str
    attempt: int
    steps: int
    parameters: dict[str, Any]
    cause: str
    estimate: Estimate


class PipelineRefused(EventData):
    """A run's file, parameters or cost have problems; nothing was started."""

    detail_type: ClassVar[str] = "Pipeline Refused"
    reason: str
    problems: tuple[Problem, ...]


class PipelineStepStarted(EventData):
    """A step began."""

    detail_type: ClassVar[str] = "Pipeline Step Started"
    step: str
    kind: str
    resource: str


class PipelineStepEnded(EventData):
    """A step ended: Succeeded, Cached, Skipped, Failed or Stopped."""

    detail_type: ClassVar[str] = "Pipeline Step Ended"
    step: str
    kind: str
    status: str
    outputs: JsonObject
    seconds: float
    error: str = ""
    reason: str = ""


class ApprovalRequested(EventData):
    """A step waits for a person."""

    detail_type: ClassVar[str] = "Approval Requested"
    step: str
    message: str
    timeout_seconds: int
    package: str = ""
    """ARN of the model package that the answer approves or rejects, if it is about one."""


class PipelineSucceeded(EventData):
    """Every step ended well, or was skipped for a reason."""

    detail_type: ClassVar[str] = "Pipeline Succeeded"
    seconds: float
    steps: dict[str, int]
    """How many steps ended in which status."""
    report: str


class PipelineFailed(EventData):
    """A step failed, or the run itself."""

    detail_type: ClassVar[str] = "Pipeline Failed"
    error: str
    reason: str
    steps: dict[str, int]
    report: str


class PipelineStopped(EventData):
    """Somebody stopped the run; its jobs were stopped with it."""

    detail_type: ClassVar[str] = "Pipeline Stopped"
    reason: str
    steps: dict[str, int]
    report: str


PUBLISHED: tuple[type[EventData], ...] = (
    PipelineStarted,
    PipelineRefused,
    PipelineStepStarted,
    PipelineStepEnded,
    ApprovalRequested,
    PipelineSucceeded,
    PipelineFailed,
    PipelineStopped,
)


def detail_of(ref: PipelineRef, data: EventData, *, stack: str) -> JsonObject:
    """Build an event's `detail`: the metadata of *ref*, then *data*."""
    metadata = PipelineMetadata(run=ref.run, pipeline=ref.pipeline, stack=stack)
    return {"metadata": metadata.model_dump(), "data": data.model_dump(mode="json")}
