"""The plan of a run: every SageMaker request it will send, complete and frozen."""

from typing import Annotated

from pydantic import Field

from trainwright.models.gate import Gate
from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.names import AlgorithmName, ModelName, RunId, Tag, Version
from trainwright.models.smoke import Expectation
from trainwright.models.storage import S3Place


class RunRef(Message):
    """What every message of a run carries: which run, of which model, by which algorithm."""

    id: RunId
    model: str
    algorithm: str


class PlannedSmokeTest(Message):
    """A smoke test whose request is known: a body, an object, or the first lines of an object."""

    name: str
    content_type: str
    accept: str
    expect: Expectation
    body: str | None = None
    sample: S3Place | None = None
    lines: int | None = None
    queue: S3Place | None = None
    """Below it the request is put, if the endpoint is an asynchronous one."""


class TrainingPlan(Message):
    """The training job, and how long a state waits for it."""

    request: JsonObject
    """CreateTrainingJob."""
    wait_seconds: Annotated[int, Field(gt=0)]


class RegistryPlan(Message):
    """The model's version in the registry; metrics are added once they are known."""

    group: JsonObject
    """CreateModelPackageGroup."""
    package: JsonObject
    """CreateModelPackage."""


class DeployPlan(Message):
    """The endpoint: input of the `deploy` state machine, also when that is used alone."""

    run: RunRef
    endpoint: str
    model: JsonObject
    """CreateModel."""
    endpoint_config: JsonObject
    """CreateEndpointConfig."""
    tags: list[Tag]
    """Of the endpoint itself."""
    smoke_tests: tuple[PlannedSmokeTest, ...]


class RunPlan(Message):
    """The complete description of a run; a part that is None is left out of the run."""

    run: RunRef
    algorithm: AlgorithmName
    algorithm_version: Version
    model: ModelName
    data: S3Place | None
    gate: Gate | None
    training: TrainingPlan | None
    registry: RegistryPlan | None
    deployment: DeployPlan | None


class PlannedRun(Message):
    """Result of planning: a plan, or all the reasons why there is none."""

    run: RunRef
    data: S3Place | None
    plan: RunPlan | None = None
    problems: tuple[Problem, ...] = ()
