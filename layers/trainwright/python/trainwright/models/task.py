"""A task: one long job that a state of an execution waits for."""

from datetime import datetime
from enum import StrEnum

from trainwright.models.message import JsonObject, Message
from trainwright.models.plan import RunRef


class Decision(Message):
    """What a person's answer gives to whoever waits for it: an *output*, or why not to go on."""

    approved: bool
    output: JsonObject = {}
    reason: str = ""


class Task(Message):
    """Who waits for *resource* (an ARN).

    Of an endpoint, *expects* is the configuration asked for and *previous* the one that served
    before; of a model package, *expects* is the approval. Once its run was stopped a task is
    *abandoned*: nobody waits, and what it did is undone. Nobody waits longer than *until*.
    """

    resource: str
    token: str
    run: RunRef
    created: datetime
    expects: str = ""
    previous: str = ""
    abandoned: bool = False
    until: datetime | None = None
    decision: Decision | None = None
    """Of the person whose answer counts, once there is one."""


class Phase(StrEnum):
    """How far a resource is, for somebody who waits for its end."""

    MISSING = "Missing"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class ResourceState(Message):
    """A resource as SageMaker describes it now.

    *output* answers the token when it succeeded, *error* (one of ours) and *reason* when it failed;
    *config* is what an endpoint serves, or what a model package's approval says.
    """

    phase: Phase
    changed: datetime
    output: JsonObject = {}
    config: str = ""
    error: str = ""
    reason: str = ""
