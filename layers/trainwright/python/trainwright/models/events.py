"""The events we publish. Each has a JSON Schema and a sample in `events/`, generated from here."""

from typing import ClassVar, Literal

from trainwright.models.gate import Gate
from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.plan import RunRef

SOURCE = "trainwright"
"""`source` of every event of ours."""


class Metadata(Message):
    """What all our events say first."""

    version: Literal["1"] = "1"
    run: str
    model: str
    algorithm: str
    stack: str


class EventData(Message):
    """Base of what an event tells; the subclass's *detail_type* is its name on the bus."""

    detail_type: ClassVar[str]


class RunStarted(EventData):
    """A run was planned and begins."""

    detail_type = "Run Started"
    execution: str
    data: str
    """Where the data set lies; empty if the run needs none."""
    algorithm_version: str
    gate: Gate | None
    trains: bool
    deploys: bool


class RunRefused(EventData):
    """A run's request has problems; nothing was started."""

    detail_type = "Run Refused"
    reason: str
    """All problems in one line, for people."""
    problems: tuple[Problem, ...]


class TrainingCompleted(EventData):
    """A training job ended well."""

    detail_type = "Training Completed"
    job: str
    artifact: str
    metrics: dict[str, float]
    billable_seconds: int


class MetricsJudged(EventData):
    """A trained model was held against its gate."""

    detail_type = "Metrics Judged"
    passed: bool
    reason: str
    gate: Gate | None
    metrics: dict[str, float]


class ModelRegistered(EventData):
    """A model has a new version in the registry."""

    detail_type = "Model Registered"
    package: str


class EndpointDeployed(EventData):
    """An endpoint serves the new configuration; its smoke tests come next."""

    detail_type = "Endpoint Deployed"
    endpoint: str
    config: str


class SmokeTestPassed(EventData):
    """The endpoint answered every smoke test as expected; *seconds* by test."""

    detail_type = "Smoke Test Passed"
    endpoint: str
    seconds: dict[str, float]


class SmokeTestFailed(EventData):
    """The endpoint did not; *failures* by test."""

    detail_type = "Smoke Test Failed"
    endpoint: str
    failures: dict[str, str]


class EndpointRolledBack(EventData):
    """What served before serves again; an empty *config* means that there was nothing."""

    detail_type = "Endpoint Rolled Back"
    endpoint: str
    config: str
    removed: str


class RunSucceeded(EventData):
    """A run reached its end; *endpoint* is empty if none was asked for."""

    detail_type = "Run Succeeded"
    endpoint: str
    package: str
    metrics: dict[str, float]


class RunFailed(EventData):
    """A run failed; what was serving goes on serving. *metrics* and *package*: how far it came."""

    detail_type = "Run Failed"
    error: str
    reason: str
    metrics: dict[str, float] = {}
    package: str = ""


PUBLISHED: tuple[type[EventData], ...] = (
    RunStarted,
    RunRefused,
    TrainingCompleted,
    MetricsJudged,
    ModelRegistered,
    EndpointDeployed,
    SmokeTestPassed,
    SmokeTestFailed,
    EndpointRolledBack,
    RunSucceeded,
    RunFailed,
)


def detail_of(run: RunRef, data: EventData, *, stack: str) -> JsonObject:
    """Build an event's `detail`: the metadata of *run*, then *data*."""
    metadata = Metadata(run=run.id, model=run.model, algorithm=run.algorithm, stack=stack)
    return {"metadata": metadata.model_dump(), "data": data.model_dump(mode="json")}
