"""The manifest of an algorithm, `algorithm.yaml`: how to train, serve and test it."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from trainwright.models.gate import Gate
from trainwright.models.hyperparameter import Hyperparameter
from trainwright.models.message import Message
from trainwright.models.names import AlgorithmName, ChannelName, InstanceType, RelativePath
from trainwright.models.smoke import SmokeTest


class Framework(Message):
    """A framework whose AWS image runs the algorithm's scripts (bring your own script)."""

    name: str
    """As in the table of AWS's images, such as `sklearn`."""
    version: str
    """As there, such as `1.9-0`."""


class Images(Message):
    """The algorithm's own images (bring your own container)."""

    training: str | None = None
    """URI of the image that trains."""
    inference: str | None = None
    """URI of the image that serves."""


class Channel(Message):
    """One input channel of the training job."""

    required: bool = False
    """Whether a run without data in it is refused."""
    content_type: str | None = None
    """MIME type of the data, such as `text/csv`."""
    description: str = ""


class Metric(Message):
    """A number that the training prints, and the expression that finds it in a line of the log."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_:-]{1,255}$")]
    regex: str
    """With one group around the number."""

    @field_validator("regex")
    @classmethod
    def _has_one_group(cls, regex: str) -> str:
        try:
            groups = re.compile(regex).groups
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"needs exactly one group around the number, has {groups}")
        return regex


class Training(Message):
    """How the algorithm is trained."""

    entry_point: RelativePath | None = None
    """The script to run; needed with a framework's image."""
    instance_type: InstanceType
    """Default of the runs."""
    instance_count: Annotated[int, Field(ge=1, le=100)] = 1
    volume_size_gb: Annotated[int, Field(ge=1, le=16384)] = 30
    max_runtime_seconds: Annotated[int, Field(ge=60, le=432_000)] = 86_400
    """After so long SageMaker stops the job."""
    channels: dict[ChannelName, Channel] = Field(min_length=1)
    """By name, which is the folder of the upload."""
    hyperparameters: dict[str, Hyperparameter] = Field(default_factory=dict)
    """By name; a run with any other is refused."""
    metrics: tuple[Metric, ...] = ()
    gate: Gate | None = None
    """What a model must reach to be deployed, unless the run says otherwise."""

    @model_validator(mode="after")
    def _gate_reads_a_metric(self) -> Self:
        known = [metric.name for metric in self.metrics]
        if self.gate and self.gate.metric not in known:
            raise ValueError(f"gate.metric '{self.gate.metric}' is none of the metrics {known}")
        return self


class Inference(Message):
    """How the algorithm's models are served."""

    entry_point: RelativePath | None = None
    """The script with `model_fn` and its like; needed with a framework's image."""
    instance_type: InstanceType
    """Default of the endpoints."""
    instance_count: Annotated[int, Field(ge=1, le=100)] = 1
    content_types: tuple[str, ...] = Field(min_length=1)
    """MIME types of requests."""
    accepts: tuple[str, ...] = Field(min_length=1)
    """MIME types of answers."""
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables of the container."""
    smoke_tests: tuple[SmokeTest, ...] = Field(min_length=1)
    """What a new endpoint must answer before it replaces the one that serves."""


class AlgorithmManifest(Message):
    """All the platform knows of an algorithm; without `train` it is only served, and vice versa."""

    name: AlgorithmName
    """The name of the folder."""
    title: str
    """A few words for lists."""
    description: str
    licence: str
    """SPDX identifier of what the algorithm is built on."""
    reference: str = ""
    """Where the method is described: a paper or a page."""
    notes: tuple[str, ...] = ()
    """What a user should know before relying on it."""
    framework: Framework | None = None
    images: Images | None = None
    train: Training | None = None
    infer: Inference | None = None

    @property
    def capabilities(self) -> tuple[Literal["train", "infer"], ...]:
        """What can be done with the algorithm."""
        return tuple(name for name in ("train", "infer") if getattr(self, name))

    @model_validator(mode="after")
    def _can_do_something(self) -> Self:
        if not self.capabilities:
            raise ValueError("says neither 'train' nor 'infer'")
        return self

    @model_validator(mode="after")
    def _knows_its_images(self) -> Self:
        if (self.framework is None) == (self.images is None):
            raise ValueError(
                "needs either 'framework' (a script) or 'images' (a container), and not both"
            )
        for part, image in (("train", "training"), ("infer", "inference")):
            section = getattr(self, part)
            if section and self.framework and section.entry_point is None:
                raise ValueError(
                    f"{part}.entry_point is needed: the framework's image runs a script"
                )
            if section and self.images and not getattr(self.images, image):
                raise ValueError(f"images.{image} is needed: the algorithm says '{part}'")
        return self
