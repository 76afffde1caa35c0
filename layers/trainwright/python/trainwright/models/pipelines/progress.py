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

    @property
    def bad(self) -> bool:
        """Whether what needs the step cannot be done."""
        return self in {StepStatus.FAILED, StepStatus.STOPPED}


class StepRecord(Message):
    """One step of one run."""

    run: str
    step: str
    status: StepStatus
    plan: PlannedStep
    order: int
    """Its place in the plan; of two steps that could start the earlier one does."""
    waits_for: frozenset[str] = frozenset()
    """Needs that have not ended yet."""
    releases: tuple[str, ...] = ()
    """Steps that need this one."""
    attempt: int = 1
    """Of the run: a resumed run begins its failed steps in a new one."""
    tries: dict[str, int] = Field(default_factory=dict)
    """How often it was tried again in this attempt, by the kind of failure."""
    outputs: JsonObject = Field(default_factory=dict)
    resource: str = ""
    """ARN of the job, the execution or the package that it waits for."""
    question: str = ""
    """What it asks a person."""
    cache_key: str = ""
    cache_components: JsonObject = Field(default_factory=dict)
    """All that the key was made of."""
    cache_miss: tuple[str, ...] = ()
    """Why the cache did not serve it: what differs from the last time, a line each."""
    cached_from: str = ""
    """The run whose outputs these are."""
    error: str = ""
    reason: str = ""
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def place(self) -> str:
        """Its name in the queue for slots, which is sorted."""
        return f"{self.order:06d}/{self.step}"


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
    """Steps that have not ended."""
    concurrency: int | None = None
    running: frozenset[str] = frozenset()
    """Steps that hold a slot, where *concurrency* limits them."""
    queued: frozenset[str] = frozenset()
    """Places of the steps that wait for a slot."""
    stopping: bool = False
    """Nothing more is started: a step failed, or somebody stopped the run."""
    error: str = ""
    reason: str = ""
