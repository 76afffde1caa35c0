"""What a user asks for: `run.yaml` beside a data set, or a `Run Requested` event."""

from typing import Annotated

from pydantic import Field

from trainwright.models.gate import Gate
from trainwright.models.hyperparameter import GivenValue
from trainwright.models.message import Message
from trainwright.models.names import (
    AlgorithmName,
    DeployType,
    InstanceType,
    ModelName,
    S3Uri,
    StartTimeout,
    Tags,
    VolumeSize,
)
from trainwright.models.smoke import SmokeTest


class TrainingSettings(Message):
    """Where and how long to train; what is left out comes from the manifest."""

    instance_type: InstanceType | None = None
    instance_count: Annotated[int, Field(ge=1, le=100)] | None = None
    volume_size_gb: Annotated[int, Field(ge=1, le=16384)] | None = None
    max_runtime_seconds: Annotated[int, Field(ge=60, le=432_000)] | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables of the container, over the manifest's."""


class EndpointSettings(Message):
    """Whether and where to serve; what is left out comes from the manifest."""

    deploy: bool = True
    """Without it the model is only registered."""
    instance_type: InstanceType | None = None
    instance_count: Annotated[int, Field(ge=1, le=100)] | None = None
    deploy_type: DeployType | None = None
    volume_size_gb: VolumeSize | None = None
    download_timeout_seconds: StartTimeout | None = None
    startup_timeout_seconds: StartTimeout | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables of the container, over the manifest's."""
    smoke_tests: tuple[SmokeTest, ...] | None = None


class RunSettings(Message):
    """The content of `run.yaml`: all optional, each key overrides the manifest's."""

    hyperparameters: dict[str, GivenValue] = Field(default_factory=dict)
    training: TrainingSettings = TrainingSettings()
    gate: Gate | None = None
    """`null` deploys whatever was trained."""
    endpoint: EndpointSettings = EndpointSettings()
    tags: Tags = Field(default_factory=dict)


class RunRequest(Message):
    """A run asked for without an upload."""

    algorithm: AlgorithmName
    model: ModelName
    data: S3Uri | None = None
    """A prefix with a folder for each channel; an algorithm that cannot be trained needs none."""
    settings: RunSettings = RunSettings()
    token: str = ""
    """Makes a repeated request the same run; without it the event's own id does."""
