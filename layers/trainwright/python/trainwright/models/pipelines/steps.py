"""The steps of a pipeline as they are written, one class for each `step_class`."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from trainwright.models.gate import Gate
from trainwright.models.names import InstanceType, ModelName, Tags
from trainwright.models.pipelines.written import (
    Flag,
    Names,
    OrExpression,
    PipelineName,
    StepName,
    Text,
    Written,
    as_tags,
)
from trainwright.models.smoke import SmokeTest

type OnFailure = Literal["stop", "continue"]

Expression = Annotated[Any, OrExpression()]
"""Any value, or an expression that gives one."""


class Retry(Written):
    """How often to try again, by the kind of failure; what is left out has a default of ours."""

    capacity: Annotated[int, Field(ge=0, le=100)] = 12
    """No instances of any type of the ladder."""
    throttling: Annotated[int, Field(ge=0, le=100)] = 10
    """AWS asked to slow down."""
    quota: Annotated[int, Field(ge=0, le=10_000)] = 1000
    """The account's limit is reached: the step waits in line."""
    interruption: Annotated[int, Field(ge=0, le=100)] = 5
    """A spot instance, or the service itself, failed."""
    error: Annotated[int, Field(ge=0, le=10)] = 0
    """The step's own code failed."""


class BaseStep(Written):
    """What every step has."""

    step_name: StepName
    enable_cache: Flag = False
    cache_days: Annotated[float, Field(gt=0, le=3650)] = 10
    on_failure: OnFailure | None = None
    """Of this step; the pipeline's own if left out."""
    retry: Retry = Retry()


class ChainedStep(BaseStep):
    """A step of a model that may read what earlier steps wrote."""

    step_type: str = ""
    """The section of the model; by the class if left out."""
    chain_input_source_step: Names = ()
    chain_input_additional_prefix: str = ""


class ProcessingStep(ChainedStep):
    """Runs a script of the section *step_type* in a processing job."""

    step_class: Literal["Processing"]


class TrainingStep(ChainedStep):
    """Trains."""

    step_class: Literal["Training"]


class TuningStep(ChainedStep):
    """Trains many times; the best model is its output."""

    step_class: Literal["Tuning"]


class TransformStep(ChainedStep):
    """Predicts a whole data set with the model of the CreateModel step before it."""

    step_class: Literal["Transform"]


class MetricsStep(ChainedStep):
    """Evaluates."""

    step_class: Literal["Metrics"]


class CreateModelStep(BaseStep):
    """Makes a SageMaker model of what the last training before it made."""

    step_class: Literal["CreateModel"]
    step_type: str = ""


class RegisterModelStep(BaseStep):
    """Adds a version to the registry, with the evaluation report if there is one."""

    step_class: Literal["RegisterModel"]
    step_type: str = ""


class ConditionStep(BaseStep):
    """Asks a question; the branch that its answer does not take is skipped."""

    step_class: Literal["Condition"]
    condition: Annotated[bool, OrExpression()] | None = None
    """An expression that gives true or false,"""
    step: str = ""
    """or a step whose metrics are held against"""
    gate: Gate | None = None
    then: Names = ()
    """Steps for yes."""
    otherwise: Names = Field(default=(), alias="else")
    """Steps for no."""

    @model_validator(mode="after")
    def _has_one_question(self) -> Self:
        if (self.condition is None) == (self.gate is None):
            raise ValueError("needs either 'condition' or 'gate'")
        if (self.gate is None) != (not self.step):
            raise ValueError("'gate' and 'step' need each other: the step has the metrics")
        if not (self.then or self.otherwise):
            raise ValueError("needs steps in 'then' or in 'else'")
        return self


class DeployStep(BaseStep):
    """Deploys a model by the `deploy` machine: tested, and kept or rolled back."""

    step_class: Literal["Deploy"]
    model_step: StepName
    """The CreateModel step whose model is served."""
    endpoint: ModelName
    """The endpoint is called `<stack>-<this>`."""
    instance_type: InstanceType = "ml.m5.large"
    instance_count: Annotated[int, Field(ge=1, le=100)] = 1
    smoke_tests: tuple[SmokeTest, ...] = Field(min_length=1)
    tags: Annotated[Tags, BeforeValidator(as_tags, json_schema_input_type=Any)] = Field(
        default_factory=dict
    )


class ApproveStep(BaseStep):
    """Waits for a person's yes; a no, or silence until the time-out, fails the step."""

    step_class: Literal["Approve"]
    message: Text
    package: str = ""
    """A RegisterModel step: the answer approves or rejects its model in the registry, and the
    other way round."""
    timeout_hours: Annotated[float, Field(gt=0, le=8640)] = 72


class RunStep(BaseStep):
    """Runs another pipeline and waits for its end."""

    step_class: Literal["Run"]
    pipeline: PipelineName
    parameters: dict[str, Expression] = Field(default_factory=dict)
    timeout_hours: Annotated[float, Field(gt=0, le=8640)] = 72


class ForEachStep(BaseStep):
    """Its steps once for every item; `$item` and `$index` are known in their settings."""

    step_class: Literal["ForEach"]
    items: Annotated[tuple[Any, ...], OrExpression()]
    """A list, or an expression over the parameters."""
    model: str = ""
    """The model of the inner steps."""
    steps: tuple["InnerStep", ...] = Field(min_length=1)


InnerStep = Annotated[
    ProcessingStep
    | TrainingStep
    | TuningStep
    | TransformStep
    | MetricsStep
    | CreateModelStep
    | RegisterModelStep
    | RunStep,
    Field(discriminator="step_class"),
]
Step = Annotated[
    ProcessingStep
    | TrainingStep
    | TuningStep
    | TransformStep
    | MetricsStep
    | CreateModelStep
    | RegisterModelStep
    | ConditionStep
    | DeployStep
    | ApproveStep
    | RunStep
    | ForEachStep,
    Field(discriminator="step_class"),
]
ForEachStep.model_rebuild()
