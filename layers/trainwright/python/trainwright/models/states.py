"""What each state of the state machines sends to its function, and what comes back."""

from typing import Literal

from trainwright.models.gate import Gate
from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.names import Tag
from trainwright.models.plan import (
    DeployPlan,
    PlannedSmokeTest,
    RegistryPlan,
    RunRef,
    TrainingPlan,
)
from trainwright.models.storage import S3Place

type Metrics = dict[str, float]
"""The last value of each metric that the training printed."""


class Upload(Message):
    """The marker object that started a run."""

    bucket: str
    key: str
    version: str = ""


class PlanRunRequest(Message):
    """State `Plan run`: an upload or a request."""

    run: str
    execution: str
    upload: Upload | None = None
    request: JsonObject | None = None


class StartTrainingRequest(Message):
    """State `Train`: the job, and the token that its end answers."""

    run: RunRef
    token: str
    training: TrainingPlan


class TrainingOutcome(Message):
    """Answer to the token of a training job."""

    job: str
    artifact: str
    metrics: Metrics
    seconds: int
    """Billable seconds."""


class JudgeMetricsRequest(Message):
    """State `Judge metrics`: what was trained and what it must reach."""

    run: RunRef
    outcome: TrainingOutcome
    gate: Gate | None


class Judgement(Message):
    """Whether the model is good enough, and why."""

    passed: bool
    reason: str


class RegisterModelRequest(Message):
    """State `Register model`: the package of the plan, and the metrics it reached."""

    run: RunRef
    registry: RegistryPlan
    metrics: Metrics


class RegisteredModel(Message):
    """The new version in the registry."""

    package: str
    """ARN of the model package."""


class CreateModelRequest(Message):
    """State `Create model` of `deploy`."""

    deployment: DeployPlan


class Generation(Message):
    """A configuration of an endpoint, and the one that served before it (empty: none)."""

    endpoint: str
    config: str
    previous: str = ""


class DeployEndpointRequest(Message):
    """State `Deploy endpoint`: create or update it; its end answers the token."""

    run: RunRef
    token: str
    generation: Generation
    tags: list[Tag]


class EndpointOutcome(Message):
    """Answer to the token of an endpoint."""

    endpoint: str
    config: str


class SmokeTestRequest(Message):
    """State `Smoke test`: what to ask the endpoint."""

    run: RunRef
    generation: Generation
    tests: tuple[PlannedSmokeTest, ...]


class SmokeTestReport(Message):
    """How long each smoke test took, in seconds, by its name."""

    seconds: dict[str, float]


class RollBackRequest(Message):
    """State `Roll back`: to the previous configuration, or to no endpoint."""

    run: RunRef
    token: str
    generation: Generation


class RemoveGenerationRequest(Message):
    """States `Remove ...` of `deploy`: a configuration that serves no more, and its models."""

    run: RunRef
    generation: Generation
    loser: Literal["new", "previous", "unborn"]
    """An *unborn* one is new and was never deployed, so that there was nothing to roll back."""


class RemovedGeneration(Message):
    """What was deleted."""

    config: str
    models: tuple[str, ...]


class AnnounceRequest(Message):
    """The last state of every run: how it ended."""

    run: RunRef
    outcome: Literal["Succeeded", "Refused", "Failed"]
    data: S3Place | None = None
    problems: tuple[Problem, ...] = ()
    error: str = ""
    cause: str = ""
    endpoint: str = ""
    package: str = ""
    metrics: Metrics = {}


class Announcement(Message):
    """The outcome in one sentence; also the cause of the Fail state that follows."""

    error: str
    reason: str


class StartedRun(Message):
    """The execution of a run; *duplicate* if it had been started before."""

    run: str
    execution: str
    duplicate: bool


class SettledTask(Message):
    """What a status event led to: nothing, or an answered token."""

    resource: str
    answered: Literal["nobody waits", "still running", "succeeded", "failed", "undone"]


class SweptTasks(Message):
    """What the sweep found: tokens answered, and the age of the oldest that still waits."""

    answered: int
    waiting: int
    oldest_seconds: float


class StoppedRun(Message):
    """What an ended execution had left behind, and was stopped or deleted."""

    run: str
    stopped: tuple[str, ...]
