"""The events that start pipelines, or that somebody answers one with."""

from typing import Any

from pydantic import Field, RootModel

from trainwright.models.inbound import ObjectCreated
from trainwright.models.message import Inbound


class AskedPipeline(Inbound):
    """`detail` of `Pipeline Requested`."""

    pipeline: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    cause: str = ""
    token: str = ""
    """Makes a repeated request the same run; without it the event's own id does."""


class PipelineRequested(Inbound):
    """`Pipeline Requested` on the app's bus: start a run."""

    id: str
    detail: AskedPipeline


class PipelineTrigger(RootModel[PipelineRequested | ObjectCreated]):
    """Either of the two events that start a run of a pipeline."""


class Approval(Inbound):
    """`detail` of `Approval Given`."""

    run: str
    step: str
    approved: bool
    by: str = ""
    comment: str = ""


class ApprovalGiven(Inbound):
    """`Approval Given` on the app's bus: a person's answer to an Approve step."""

    detail: Approval


class _StepExecution(Inbound):
    name: str
    execution_arn: str = Field(alias="executionArn")
    status: str
    input: str | None = None
    """JSON; None if it is too long for an event."""


class StepExecutionEnded(Inbound):
    """The end of an execution of `pipeline` or `pipeline_step`.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """

    detail: _StepExecution
