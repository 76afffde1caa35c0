"""A pipeline as read: its steps with the settings that each uses, and the edges between them."""

from typing import Any, NamedTuple

from trainwright.models.message import Message
from trainwright.models.pipelines.document import ModelHead, NetworkSecurity, PipelineSection
from trainwright.models.pipelines.steps import BaseStep
from trainwright.models.pipelines.written import Written


class Finding(Message):
    """One thing that is wrong: where, what was found, and what would be right."""

    file: str
    line: int
    column: int
    key: str
    """Path of the key, such as `conf.models.churn.train.instance_type`."""
    message: str

    def __str__(self) -> str:
        """Show the finding as compilers do, so that editors find the place."""
        return f"{self.file}:{self.line}:{self.column}: {self.key}: {self.message}"


class DefinedStep(NamedTuple):
    """A step, the model that it belongs to ("": none) and the section that it uses."""

    step: BaseStep
    model: str
    head: ModelHead
    section: Written | None
    needs: tuple[str, ...]
    """Steps that must have ended well, or been skipped, before it starts."""
    data_from: tuple[str, ...]
    """Those of them whose outputs it reads."""
    branches: tuple[tuple[str, bool], ...]
    """Conditions that must have had this answer."""
    variables: dict[str, Any]
    """What its expressions know besides parameters and steps: `item` and `index`."""

    @property
    def name(self) -> str:
        """The step's name."""
        return self.step.step_name

    @property
    def kind(self) -> str:
        """The step's class."""
        return str(getattr(self.step, "step_class"))  # noqa: B009 - each subclass has its own


class Definition(NamedTuple):
    """A whole pipeline, in an order in which every step comes after what it needs."""

    pipeline: PipelineSection
    network: NetworkSecurity
    bucket: str
    models: dict[str, dict[str, Any]]
    steps: tuple[DefinedStep, ...]

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self.pipeline.pipelineName
