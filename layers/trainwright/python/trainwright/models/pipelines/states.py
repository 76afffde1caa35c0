"""What each state of `pipeline` and `pipeline_step` sends to its function, and what comes back."""

from typing import Any, Literal

from pydantic import Field

from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.pipelines.plan import Estimate, PipelineRef


class PlanPipelineRequest(Message):
    """State `Plan pipeline`: a new run, or one to go on with."""

    ref: PipelineRef
    execution: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    cause: str = ""
    """What started the run, for people: an upload, a schedule, an event, a person."""
    resume: bool = False


class BegunPipeline(Message):
    """Whether the run begins, and how long it may take."""

    ref: PipelineRef
    attempt: int = 1
    accepted: bool
    problems: tuple[Problem, ...] = ()
    estimate: Estimate = Estimate(seconds=0, dollars=0)
    wait_seconds: int = 0


class StartStepsRequest(Message):
    """State `Run steps`: the token is answered when the last step has ended."""

    ref: PipelineRef
    attempt: int
    execution: str
    token: str


class StartedSteps(Message):
    """The steps that could start at once."""

    steps: tuple[str, ...]


class StepRef(Message):
    """Input of `pipeline_step`: one step of one run, in one attempt."""

    ref: PipelineRef
    step: str
    attempt: int
    wait_seconds: int


class BeginStepRequest(Message):
    """State `Run step`: the token is answered when the step's work has ended."""

    target: StepRef
    token: str


class BegunStep(Message):
    """What the step waits for; nothing if it was done at once."""

    step: str
    did: Literal["began", "done", "cached", "skipped", "already"]
    resource: str = ""


class FinishStepRequest(Message):
    """State `Record success`: the answer to the token."""

    target: StepRef
    result: JsonObject


class FinishedStep(Message):
    """How the step ended, and which steps could start then."""

    step: str
    status: str
    started: tuple[str, ...] = ()


class JudgeFailureRequest(Message):
    """State `Judge failure`: the error with which the step's work ended."""

    target: StepRef
    error: str
    cause: str


class FailureVerdict(Message):
    """Whether the step is tried again, and after how long; if not, its end was recorded."""

    again: bool
    seconds: int = 0
    error: str = ""
    reason: str = ""


class FinishPipelineRequest(Message):
    """State `Announce`: the run has ended, or was refused, or could not go on."""

    ref: PipelineRef
    problems: tuple[Problem, ...] = ()
    error: str = ""
    cause: str = ""


class FinishedPipeline(Message):
    """How the run ended; *report* is the S3 URI of its page."""

    status: Literal["Succeeded", "Failed", "Refused", "Stopped"]
    error: str = ""
    reason: str = ""
    report: str = ""


class StartedPipeline(Message):
    """The execution of a pipeline run; *duplicate* if it had been started before."""

    run: str
    execution: str
    duplicate: bool


class StoppedPipeline(Message):
    """What a stopped run had going, and was stopped with it."""

    run: str
    stopped: tuple[str, ...]


class AnsweredApproval(Message):
    """Whether a step waited for the answer."""

    run: str
    step: str
    answered: bool


class RegisteredPipeline(Message):
    """What an upload led to: the names of the rules and schedules in force, or problems."""

    name: str
    triggers: tuple[str, ...]
    problems: tuple[Problem, ...]
