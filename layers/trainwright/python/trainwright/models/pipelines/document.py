"""The content of all files of one pipeline, merged: `conf.yaml` from its top.

Sections of a model are looked at only with the steps that use them, for a section's kind is known
from its step.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, FiniteFloat, model_validator

from trainwright.models.hyperparameter import Hyperparameter
from trainwright.models.pipelines.sections import (
    EvaluateSection,
    ProcessingSection,
    RegistrySection,
    TrainingSection,
    TransformSection,
    TuningSection,
)
from trainwright.models.pipelines.steps import OnFailure, Step
from trainwright.models.pipelines.written import Identifiers, PipelineName, Written


class Parameter(Written):
    """A value that each run may give; one without a default must be given."""

    type: Literal["string", "integer", "number", "boolean", "list"]
    default: Any = None
    description: str = ""
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    choices: tuple[str | int | float, ...] = ()

    @model_validator(mode="after")
    def _can_have_a_value(self) -> Self:
        if self.type != "list":
            self._rules()
        elif self.choices or self.minimum is not None or self.maximum is not None:
            raise ValueError("a list has neither a minimum, a maximum nor choices")
        if self.default is not None and (wrong := self.complaint(self.default)):
            raise ValueError(f"default {wrong}")
        return self

    def complaint(self, value: object) -> str | None:
        """Say why *value* does not fit, or None if it does."""
        if self.type == "list":
            return None if isinstance(value, list) else f"must be a list, is {value!r}"
        return self._rules().complaint(value)

    def _rules(self) -> Hyperparameter:
        return Hyperparameter.model_validate(self.model_dump(exclude={"default"}))


class Schedule(Written):
    """When to run: EventBridge Scheduler's `cron(...)`, `rate(...)` or `at(...)`."""

    expression: Annotated[str, Field(pattern=r"^(cron|rate|at)\(.+\)$")]
    timezone: str = "UTC"
    """An IANA time zone, such as `Europe/Zurich`."""


class Triggers(Written):
    """What starts a run besides the command line and the upload of the file itself."""

    data: tuple[Annotated[str, Field(pattern=r"^s3://.+")], ...] = ()
    """Prefixes in the stack's bucket; an object `_SUCCESS` below one starts a run."""
    schedule: Schedule | None = None
    event_pattern: dict[str, Any] | None = None
    """An EventBridge pattern for events of the default bus."""


class ModelSteps(Written):
    """The steps of one model, in order."""

    steps: tuple[Step, ...] = Field(min_length=1)


class PipelineSection(Written):
    """`conf.sagemakerPipeline`: what runs, and in which order."""

    pipelineName: PipelineName  # noqa: N815 - the file's spelling
    description: str = ""
    models: dict[str, ModelSteps] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    """Steps that belong to no model."""
    dependencies: tuple[str, ...] | None = None
    """`a >> b >> c`; `[a, b] >> c`."""
    parameters: dict[Annotated[str, Field(pattern=r"^[A-Za-z]\w{0,63}$")], Parameter] = Field(
        default_factory=dict
    )
    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many steps may run at once."""
    on_failure: OnFailure = "stop"
    """`continue`: a failed step stops only what depends on it."""
    max_cost: Annotated[FiniteFloat, Field(gt=0)] | None = None
    """US dollars: a run whose estimate is above it does not start."""
    timeout_hours: Annotated[float, Field(gt=0, le=8640)] = 168
    triggers: Triggers = Triggers()


class NetworkSecurity(Written):
    """The role, the network and the key of every job; the stack's own if left out."""

    subnets: Identifiers = ()
    role: str = ""
    security_groups_id: Identifiers = ()
    kms_key: str = ""


class ModelHead(Written):
    """What is said of a model besides its sections."""

    source_directory: str = ""
    name: str = ""


class Document(Written):
    """`conf`, merged from every file."""

    s3Bucket: str = ""  # noqa: N815
    modelConfigFilePath: str = ""  # noqa: N815
    sagemakerNetworkSecurity: NetworkSecurity = NetworkSecurity()  # noqa: N815
    models: dict[str, dict[str, Any]] = Field(default_factory=dict)
    sagemakerPipeline: PipelineSection  # noqa: N815


class ModelSections(ModelHead):
    """A model with the sections that its steps use; a section with another name is a job's."""

    model_config = ConfigDict(extra="allow")

    train: TrainingSection | None = None
    tune: TuningSection | None = None
    transform: TransformSection | None = None
    evaluate: EvaluateSection | None = None
    registry: RegistrySection | None = None
    preprocess: ProcessingSection | None = None


class Conf(Written):
    """`conf` of one file: any part of the whole."""

    s3Bucket: str = ""  # noqa: N815
    modelConfigFilePath: str = ""  # noqa: N815
    sagemakerNetworkSecurity: NetworkSecurity | None = None  # noqa: N815
    models: dict[str, ModelSections] = Field(default_factory=dict)
    sagemakerPipeline: PipelineSection | None = None  # noqa: N815


class PipelineFile(Written):
    """A `conf.yaml`, as editors check it; its schema is generated from here."""

    conf: Conf
