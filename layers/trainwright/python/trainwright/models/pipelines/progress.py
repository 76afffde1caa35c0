"""How far a pipeline run and its steps are: the rows of the steps table."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from trainwright.models.message import JsonObject, Message
from trainwright.models.pipelines.plan import PipelineRef, PlannedStep


class StepStatus(StrEnum):
    """Where a step is; the last five are ends."""

    WAITING = "Waiting"
    READY = "Ready"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    CACHED = "Cached"
    SKIPPED = "Skipped"
    FAILED = "Failed"
    STOPPED = "Stopped"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to the step in this attempt of the run."""
        return self not in {StepStatus.WAITING, StepStatus.READY, StepStatus.RUNNING}

    @property
    def good(self) -> bool:
        """Whether the step's outputs can be used."""
        return self in {StepStatus.SUCCEEDED, StepStatus.CACHED}


class StepRecord(Message):
    """One step of one run."""

    run: str
    step: str
    status: StepStatus
    plan: PlannedStep
    waits_for: frozenset[str] = frozenset()
    """Needs that have not ended yet."""
    attempt: int = 0
    """Counts from 1, over resumed runs too."""
    outputs: JsonObject = Field(default_factory=dict)
    resource: str = ""
    """ARN of the job, the execution or the package that it waits for."""
    cache_key: str = ""
    cached_from: str = ""
    """The run whose outputs these are."""
    error: str = ""
    reason: str = ""
    started: datetime | None = None
    ended: datetime | None = None


class PipelineRun(Message):
    """One run of a pipeline: the row `#run` of the steps table."""

    ref: PipelineRef
    status: str
    """Running, Succeeded, Failed, Refused or Stopped."""
    started: datetime
    ended: datetime | None = None
    attempt: int = 1
    execution: str = ""
    token: str = ""
    """Answered when the last step has ended."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    unfinished: int = 0
    concurrency: int | None = None
    stopping: bool = False
    """Nothing more is started: a step failed, or somebody stopped the run."""
    error: str = ""
    reason: str = ""
