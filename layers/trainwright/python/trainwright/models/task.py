"""A task: one long job that a state of an execution waits for."""

from datetime import datetime
from enum import StrEnum

from trainwright.models.message import JsonObject, Message
from trainwright.models.plan import RunRef


class Task(Message):
    """Who waits for *resource* (an ARN); *expects* is the endpoint configuration asked for."""

    resource: str
    token: str
    run: RunRef
    created: datetime
    expects: str = ""


class Phase(StrEnum):
    """How far a resource is, for somebody who waits for its end."""

    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class ResourceState(Message):
    """A resource as SageMaker describes it now; *error* names one of our errors when it failed."""

    phase: Phase
    changed: datetime
    output: JsonObject = {}
    error: str = ""
    reason: str = ""
