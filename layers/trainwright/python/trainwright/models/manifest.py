"""The manifest of an algorithm, `algorithm.yaml`: how to train, serve and test it."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from trainwright.models.annotation import Annotation
from trainwright.models.gate import Gate
from trainwright.models.hyperparameter import Hyperparameter
from trainwright.models.images import SERVING_WITHOUT_SCRIPT, Framework, Images, ImageSource, Scope
from trainwright.models.message import Message
from trainwright.models.names import (
    AlgorithmName,
    ChannelName,
    DeployType,
    InstanceType,
    RelativePath,
    StartTimeout,
    VolumeSize,
)
from trainwright.models.smoke import SmokeTest
from trainwright.models.source import GitSource

type Capability = Literal["train", "infer", "annotate"]

CAPABILITIES: tuple[Capability, ...] = ("train", "infer", "annotate")


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
    framework: Framework | None = None
    """Trains instead of the algorithm's, whose versions are often not for training and serving."""
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables of the container."""
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
    """The script with `model_fn` and its like; needed with a framework's image.

    TensorFlow's serves a SavedModel without one, or with the handlers of an `inference.py`.
    """
    framework: Framework | None = None
    """Serves instead of the algorithm's, whose versions are often not for training and serving."""
    instance_type: InstanceType
    """Default of the endpoints."""
    instance_count: Annotated[int, Field(ge=1, le=100)] = 1
    deploy_type: DeployType = "real-time"
    """Whether an endpoint answers at once, or puts its answers in S3 (large or slow requests)."""
    volume_size_gb: VolumeSize | None = None
    """Size of an instance's disk; not for instances with disks of their own."""
    download_timeout_seconds: StartTimeout | None = None
    """How long the model may take to arrive at an instance."""
    startup_timeout_seconds: StartTimeout | None = None
    """How long the container may take until it answers health checks."""
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
    opt_in: bool = False
    """Publish it only for who accepts the licence by name."""
    reference: str = ""
    """Where the method is described: a paper or a page."""
    notes: tuple[str, ...] = ()
    """What a user should know before relying on it."""
    framework: Framework | None = None
    """What runs the scripts of `train` and `infer`, unless they say otherwise."""
    images: Images | None = None
    source: GitSource | None = None
    """Code of others, packed at publishing with the folder's own files laid over it."""
    train: Training | None = None
    infer: Inference | None = None
    annotate: Annotation | None = None

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What can be done with the algorithm."""
        return tuple(name for name in CAPABILITIES if getattr(self, name))

    def framework_for(self, scope: Scope) -> Framework | None:
        """Give the framework that trains or serves, None if an own image or nothing does."""
        section = self.train if scope == "training" else self.infer
        if section is None or self.image_for(scope):
            return None
        return section.framework or self.framework

    def image_for(self, scope: Scope) -> ImageSource | None:
        """Give the own image that trains or serves, if one does."""
        images = self.images or Images()
        return images.training if scope == "training" else images.inference

    @model_validator(mode="after")
    def _can_do_something(self) -> Self:
        if not self.capabilities:
            raise ValueError(f"says none of {', '.join(map(repr, CAPABILITIES))}")
        return self

    @model_validator(mode="after")
    def _knows_its_images(self) -> Self:
        if self.framework and self.images:
            raise ValueError(
                "has 'framework' (for scripts) and 'images' (for containers): say in 'train' or "
                "'infer' which framework is for the part without an own image"
            )
        if self.train:
            self._check_image("train", "training", self.train)
        if self.infer:
            self._check_image("infer", "inference", self.infer)
        return self

    def _check_image(self, part: str, scope: Scope, section: Training | Inference) -> None:
        own, framework = self.image_for(scope), section.framework or self.framework
        if (own is None) == (framework is None):
            raise ValueError(
                f"'{part}' needs either a framework (a script) or images.{scope} (a container), "
                "and not both"
            )
        alone = framework and scope == "inference" and framework.name in SERVING_WITHOUT_SCRIPT
        if framework and section.entry_point is None and not alone:
            raise ValueError(f"{part}.entry_point is needed: the framework's image runs a script")
