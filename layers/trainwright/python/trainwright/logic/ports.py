"""What the steps need from outside; `trainwright.aws` has the adapters, the tests the fakes."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from trainwright.models.events import EventData
from trainwright.models.message import JsonObject
from trainwright.models.names import Tag
from trainwright.models.plan import RunRef
from trainwright.models.record import RunRecord, RunStatus
from trainwright.models.smoke import Answer
from trainwright.models.storage import S3Place
from trainwright.models.task import Decision, ResourceState, Task


class Journal(Protocol):
    """What became of each run: its record, and the events that others hear."""

    def write(self, run: RunRef, *events: EventData, status: RunStatus | None = None) -> None:
        """Publish *events*; with a *status* keep both in the record of *run*, made if need be."""

    def find(self, run: str) -> RunRecord | None:
        """Give the record of *run*."""


class Executions(Protocol):
    """The executions of the state machine `train_deploy`."""

    def start(self, name: str, request: JsonObject) -> tuple[str, bool]:
        """Start *name* and give its ARN, and whether it is new."""

    def why_ended(self, execution: str) -> tuple[str, str]:
        """Give the error and the cause with which *execution* (an ARN) ended."""


class Tasks(Protocol):
    """Which state waits for which resource."""

    def put(self, task: Task) -> None:
        """Keep *task*; raise NotReadyError while another run's task waits for its resource."""

    def get(self, resource: str) -> Task | None:
        """Give the task that waits for *resource*."""

    def claim(self, task: Task, decision: Decision) -> bool:
        """Let *decision* be the one that *task* gets; False if it is forgotten, or has another."""

    def remove(self, task: Task) -> None:
        """Forget *task*, unless a newer one has taken its place."""

    def all(self) -> Iterable[Task]:
        """Give every task that waits."""


class Answers(Protocol):
    """The way back to a state that waits with a token."""

    def succeed(self, token: str, output: JsonObject) -> None:
        """Let the state go on with *output*; a token that nobody waits for is no error."""

    def fail(self, token: str, error: str, reason: str) -> None:
        """Let the state fail; a token that nobody waits for is no error."""


class Resources(Protocol):
    """SageMaker's resources, by ARN."""

    def describe(self, resource: str) -> ResourceState:
        """Say how far *resource* is."""


class TrainingJobs(Protocol):
    """SageMaker's training jobs."""

    def create(self, request: JsonObject) -> bool:
        """Create the job; False if it exists already."""

    def stop(self, name: str) -> bool:
        """Stop the job; False if there is nothing to stop."""


class ModelRegistry(Protocol):
    """SageMaker's model registry."""

    def register(self, group: JsonObject, package: JsonObject) -> str:
        """Add a version, making the group if need be; give the version's ARN."""


class Models(Protocol):
    """SageMaker's models and endpoint configurations."""

    def create(self, model: JsonObject, config: JsonObject) -> None:
        """Create both; what exists already stays."""

    def remove(self, config: str) -> tuple[str, ...]:
        """Delete the configuration and its model, which has the same name; give what was there."""


class Endpoints(Protocol):
    """SageMaker's endpoints."""

    def serving(self, endpoint: str) -> str:
        """Give the configuration that *endpoint* serves, or "" if there is none in service."""

    def deploy(
        self, endpoint: str, config: str, tags: list[Tag], serving: str | None = None
    ) -> bool:
        """Create or update it; False if it serves *config*. NotReadyError while it changes.

        *serving* is what it served just now ("": nothing), if that is known.
        """

    def delete(self, endpoint: str) -> bool:
        """Delete the endpoint; False if there is none. NotReadyError while it changes."""


class Invocations(Protocol):
    """Requests to an endpoint."""

    def invoke(self, endpoint: str, body: bytes, content_type: str, accept: str) -> Answer:
        """Send one request; the status is the model's own."""

    def invoke_async(
        self,
        endpoint: str,
        body: bytes,
        content_type: str,
        accept: str,
        queue: S3Place,
        patience_seconds: float,
    ) -> Answer:
        """Put one request below *queue*, and give what is answered within *patience_seconds*."""


class Files(Protocol):
    """Objects in S3."""

    def head(self, place: S3Place, *, lines: int | None) -> bytes:
        """Give the object, or its first *lines*."""

    def write(self, place: S3Place, body: bytes, content_type: str) -> None:
        """Put an object."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> datetime:
        """Give the time now, with its zone."""


class Callbacks(NamedTuple):
    """All that it takes to start a wait, and to end one."""

    tasks: Tasks
    resources: Resources
    answers: Answers
    endpoints: Endpoints
    now: Clock
