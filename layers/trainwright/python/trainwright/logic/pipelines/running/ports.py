"""What running needs from outside; `trainwright.aws.pipelines` has the adapters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from trainwright.logic.ports import Answers, Callbacks, Tasks
from trainwright.models.account import Account
from trainwright.models.events import EventData
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.bundle import Bundle
from trainwright.models.pipelines.plan import PipelinePlan, PipelineRef
from trainwright.models.pipelines.progress import PipelineRun, StepRecord
from trainwright.models.pipelines.stored import CacheEntry, Listed


class Progress(Protocol):
    """The steps table: how far each run and its steps are. Every method is atomic."""

    def open(self, run: PipelineRun, steps: Sequence[StepRecord]) -> None:
        """Write a run and its steps; what is there of the same attempt stays, but for the token."""

    def run(self, run: str) -> PipelineRun | None:
        """Give a run."""

    def step(self, run: str, name: str) -> StepRecord:
        """Give one step."""

    def run_and_step(self, run: str, name: str) -> tuple[PipelineRun, StepRecord]:
        """Give a run and one of its steps, both of which are there."""

    def steps(self, run: str, names: Iterable[str] | None = None) -> dict[str, StepRecord]:
        """Give some steps, or all."""

    def release(self, run: str, name: str, ended: str) -> StepRecord | None:
        """Let step *name* wait for *ended* no more; give it if it waits for nothing now.

        Only a step that has not begun can be released.
        """

    def begin(self, record: StepRecord) -> bool:
        """Write a step that begins to run; False if it has ended, or runs in another attempt."""

    def note(self, record: StepRecord) -> None:
        """Write what is known of a step that runs."""

    def end(self, record: StepRecord) -> bool:
        """Write a step's end, count it off its run and free its slot; False if it had ended."""

    def take_slot(self, record: StepRecord, limit: int) -> bool:
        """Take one of *limit* slots; True if the step has one already. It is queued no more."""

    def enqueue(self, record: StepRecord) -> None:
        """Let a step wait for a slot."""

    def stop(self, run: str, error: str, reason: str) -> None:
        """Have nothing more started; the first reason stays."""

    def finish(self, run: PipelineRun) -> None:
        """Write how a run ended."""


class Pipelines(Protocol):
    """What is kept of pipelines in S3."""

    def bundle(self, name: str) -> Bundle | None:
        """Give what was published."""

    def plan(self, ref: PipelineRef) -> PipelinePlan:
        """Give the plan of a run."""

    def keep_plan(self, plan: PipelinePlan) -> None:
        """Keep the plan of a run."""

    def report(self, ref: PipelineRef) -> str:
        """Give the S3 URI of the run's page."""


class Launcher(Protocol):
    """Executions of our state machines; a name that exists already starts nothing."""

    def start_step(self, name: str, target: JsonObject) -> None:
        """Start `pipeline_step`."""

    def start_pipeline(self, name: str, request: JsonObject) -> tuple[str, bool]:
        """Start `pipeline`; give the ARN of the execution, and whether it is new."""

    def start_deployment(self, name: str, plan: JsonObject) -> str:
        """Start `deploy`; give the ARN of the execution."""

    def is_running(self, execution: str) -> bool:
        """Tell whether an execution (an ARN) goes on."""

    def stop(self, execution: str, reason: str) -> None:
        """Stop an execution (an ARN); one that has ended is no error."""

    def stop_step(self, name: str, reason: str) -> None:
        """Stop the execution *name* of `pipeline_step`."""


class Jobs(Protocol):
    """SageMaker's jobs of every kind, models and packages."""

    def create(self, operation: str, name: str, request: JsonObject) -> bool:
        """Create the job called *name*; False if it exists already."""

    def stop(self, resource: str) -> bool:
        """Stop the job; False if there is nothing to stop."""

    def create_model(self, name: str, request: JsonObject) -> str:
        """Create a model, once; give its ARN."""

    def register(self, group: JsonObject, package: JsonObject) -> str:
        """Add a version to a group, made if need be; give the version's ARN."""


class Approvals(Protocol):
    """What the registry says of its models."""

    def decide(self, package: str, description: str, *, approved: bool) -> None:
        """Approve the version *package* (an ARN), or reject it."""


class Store(Protocol):
    """Objects in S3."""

    def listing(self, uri: str) -> list[Listed]:
        """List the objects at or below *uri*."""

    def read(self, uri: str) -> bytes | None:
        """Give an object of a few megabytes; None if there is none."""

    def write(self, uri: str, body: bytes, content_type: str) -> None:
        """Put an object."""

    def repack(self, archive: str, code: str, target: str) -> None:
        """Write *archive* to *target* with the files of *code* in its folder `code/`."""


class StepCache(Protocol):
    """What steps have made before."""

    def find(self, key: str) -> CacheEntry | None:
        """Give the entry of a key."""

    def latest(self, pipeline: str, step: str) -> CacheEntry | None:
        """Give the entry of the step's last run."""

    def keep(self, pipeline: str, step: str, entry: CacheEntry, days: float) -> None:
        """Keep an entry for some days."""


class Herald(Protocol):
    """Tells others."""

    def tell(self, ref: PipelineRef, event: EventData) -> None:
        """Publish an event of a run."""


class JobLogs(Protocol):
    """What jobs have printed."""

    def tail(self, resource: str, lines: int) -> list[str]:
        """Give the last lines of a job, by its ARN; none if it printed nothing."""


class Models(Protocol):
    """SageMaker's models, and the versions in its registry."""

    def is_there(self, arn: str) -> bool:
        """Whether it has not been deleted."""


class ImageDigests(Protocol):
    """The content of images."""

    def digest(self, image: str) -> str:
        """Give the digest of an image of this account, and the URI itself of any other."""


class Running(NamedTuple):
    """All ports together; each function of `running` uses a few."""

    progress: Progress
    pipelines: Pipelines
    launcher: Launcher
    jobs: Jobs
    store: Store
    cache: StepCache
    herald: Herald
    images: ImageDigests
    models: Models
    logs: JobLogs
    callbacks: Callbacks
    account: Account

    @property
    def tasks(self) -> Tasks:
        """Which state waits for which resource."""
        return self.callbacks.tasks

    @property
    def answers(self) -> Answers:
        """The way back to a state that waits."""
        return self.callbacks.answers

    def now(self) -> datetime:
        """Give the time."""
        return self.callbacks.now()


type Outputs = Mapping[str, JsonObject]
"""The outputs of steps, by name."""
