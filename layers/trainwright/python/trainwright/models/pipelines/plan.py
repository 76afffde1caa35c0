"""The plan of a run: every request, complete but for what steps tell each other.

What a step learns only from earlier steps stands in its request as an expression,
`{% $steps.train.model_data %}`; names of jobs are missing, since each attempt has its own. So the
same settings give the same plan in every run, which is what the step cache compares.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from trainwright.models.message import JsonObject, Message
from trainwright.models.names import InstanceType
from trainwright.models.pipelines.document import Triggers
from trainwright.models.pipelines.steps import OnFailure, Retry
from trainwright.models.pipelines.written import StepName

type Action = Literal["job", "call", "deploy", "pipeline", "approval", "question"]
"""What a step does: a job of SageMaker's that is waited for, a call that is done at once, the
`deploy` machine, another pipeline, a person's decision, or a question about earlier steps."""


class PipelineRef(Message):
    """Which run of which pipeline; *run* is also the name of its execution."""

    pipeline: str
    run: str


class Branch(Message):
    """A condition that must have had this answer."""

    condition: StepName
    answer: bool


class Gathered(Message):
    """A channel of several locations: its manifest is written when the step starts."""

    manifest: str
    """S3 URI that the request names."""
    locations: tuple[str, ...]
    """S3 URIs of objects and prefixes, or expressions."""


class Repack(Message):
    """A model's archive that gets the code that serves it, before the model is made."""

    model_data: str
    code: str
    """S3 URI of `sourcedir.tar.gz`."""
    target: str
    """S3 URI of the new archive, which the request names."""


class Estimate(Message):
    """What a step may cost at most, and how long it may take: until its own time limit."""

    seconds: float
    dollars: float | None
    """None: no price is known, or the request is not."""


class PlannedStep(Message):
    """One step: what it needs, what it sends, and what happens when that fails."""

    name: StepName
    kind: str
    """Its class, as written."""
    model: str
    action: Action
    needs: tuple[StepName, ...]
    data_from: tuple[StepName, ...]
    """Those of them whose outputs it reads: it is skipped when one of these was."""
    branches: tuple[Branch, ...] = ()
    operation: str = ""
    """SageMaker's, such as `CreateTrainingJob`; empty for actions that are none."""
    request: JsonObject = Field(default_factory=dict)
    """Of the operation, or the settings of another action."""
    gathered: tuple[Gathered, ...] = ()
    repack: Repack | None = None
    stands_for: JsonObject = Field(default_factory=dict)
    """What names in the request stand for: the cache knows a step by it, and not by them."""
    instance_types: tuple[InstanceType, ...] = ()
    """The ladder; the request names its first."""
    wait_seconds: Annotated[int, Field(gt=0)]
    """How long the step may take, time in queues included."""
    variables: dict[str, Any] = Field(default_factory=dict)
    """What its expressions know besides steps: `parameters`, `item`, `index`."""
    cache_days: float | None = None
    """None: always done anew."""
    on_failure: OnFailure
    retry: Retry
    estimate: Estimate = Estimate(seconds=0, dollars=0)


class PipelinePlan(Message):
    """A whole run, in an order in which every step comes after what it needs."""

    pipeline: str
    run: str
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    concurrency: int | None = None
    max_cost: float | None = None
    wait_seconds: int
    triggers: Triggers = Triggers()
    steps: tuple[PlannedStep, ...]

    @property
    def ref(self) -> PipelineRef:
        """What messages of this run carry."""
        return PipelineRef(pipeline=self.pipeline, run=self.run)
