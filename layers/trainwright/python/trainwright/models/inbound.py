"""The events that others send us, as far as we read them.

Powertools has models of these too; importing them takes longer than all the rest of a
function's start.
"""

from pydantic import AwareDatetime, Field, RootModel

from trainwright.models.message import Inbound, JsonObject


class _Bucket(Inbound):
    name: str


class _Object(Inbound):
    key: str
    """As it is in S3: EventBridge does not URL-encode it."""
    version_id: str = Field("", alias="version-id")
    sequencer: str = ""


class ObjectCreatedDetail(Inbound):
    """`detail` of S3's `Object Created`."""

    bucket: _Bucket
    object: _Object


class ObjectCreated(Inbound):
    """S3's `Object Created`.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """

    time: AwareDatetime | None = None
    """When the object was put; a direct invocation need not say it."""
    detail: ObjectCreatedDetail


class RunRequested(Inbound):
    """`Run Requested` on the app's bus: start a run without an upload."""

    id: str
    detail: JsonObject
    """A RunRequest, if it is right; planning says what is wrong."""


class RunTrigger(RootModel[ObjectCreated | RunRequested]):
    """Either of the two events that start a run."""


class Scheduled(Inbound):
    """A schedule's tick; there is nothing in it to read."""


class SageMakerStatusChanged(Inbound):
    """Any of SageMaker's status events; we read only which resource it is about.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """

    resources: tuple[str, ...] = Field(min_length=1)

    @property
    def resource(self) -> str:
        """ARN of the resource."""
        return self.resources[0]


class _Execution(Inbound):
    name: str
    execution_arn: str = Field(alias="executionArn")
    status: str


class ExecutionEnded(Inbound):
    """Step Functions' `Step Functions Execution Status Change`.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """

    detail: _Execution
