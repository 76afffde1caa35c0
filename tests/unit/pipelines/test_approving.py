"""A person decides: about the run, or about a model whose approval in the registry is the same."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf, problems
from tests.unit.pipelines.memory import MemoryApprovals, World
from tests.unit.pipelines.plans import complaints, steps_of
from tests.unit.pipelines.simulation import REF, Simulation
from trainwright.errors import ApprovalDeniedError, InvalidRequestError, ThrottledError
from trainwright.logic.pipelines.running.approval import Answering, answer_approval
from trainwright.logic.pipelines.running.begin_step import begin_step
from trainwright.logic.tasks import settle
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.events import ApprovalRequested
from trainwright.models.pipelines.inbound import Approval
from trainwright.models.pipelines.states import (
    AnsweredApproval,
    BeginStepRequest,
    BegunStep,
    StepRef,
)
from trainwright.models.task import Phase, ResourceState, Task

ASK = "- {step_name: ask, step_class: Approve, message: Deploy?, timeout_hours: 1000"
OF_A_MODEL = f"""
- {{step_name: fit, step_class: Training, chain_input_source_step: []}}
- {{step_name: register, step_class: RegisterModel}}
{ASK}, package: register}}
"""
PACKAGE = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demo-churn-churn/1"
YES = ResourceState(
    phase=Phase.SUCCEEDED,
    changed=World().time,
    config="Approved",
    output={"by": "grace", "comment": "in Studio", "package": PACKAGE},
)
NO = ResourceState(
    phase=Phase.FAILED,
    changed=World().time,
    config="Rejected",
    error="ApprovalDeniedError",
    reason="grace rejected the model in the registry",
)


class Asked:
    """A run that has come to its Approve step."""

    def __init__(self, steps: str = OF_A_MODEL) -> None:
        self.simulation = Simulation(steps=steps)
        self.world = self.simulation.world
        self.registry = MemoryApprovals()
        self.simulation.run(until="ask")

    def become(self, state: ResourceState, *, after: float = 0) -> None:
        """Let the registry say something from now on, or from later."""
        changed = self.world.time + timedelta(seconds=after)
        states = self.world.callbacks.resources.states
        states[PACKAGE] = state.model_copy(update={"changed": changed})

    def begin(self, attempt: int = 1, token: str = "T") -> BegunStep:
        target = StepRef(ref=REF, step="ask", attempt=attempt, wait_seconds=60)
        return begin_step(BeginStepRequest(target=target, token=token), self.world.ports())

    def answer(self, *, approved: bool, step: str = "ask", **given: str) -> AnsweredApproval:
        asked = {"run": REF.run, "step": step, "approved": approved, "by": "ada", **given}
        ports = self.world.ports()
        answering = Answering(ports.progress, self.registry, ports.callbacks)
        return answer_approval(Approval.model_validate(asked), answering)

    def settle(self) -> str:
        """Let the registry's event come."""
        return settle(PACKAGE, self.world.ports().callbacks).answered

    @property
    def answers(self) -> dict[str, JsonObject]:
        return {k: v for k, v in self.world.callbacks.answers.given.items() if k.startswith("T")}

    @property
    def waiting(self) -> Any:
        return self.world.callbacks.tasks.waiting


def test_a_step_waits_for_the_model_that_it_names() -> None:
    asked = Asked()

    begun = asked.begin()

    assert (begun.did, begun.resource) == ("began", PACKAGE)
    record = asked.world.progress.step(REF.run, "ask")
    assert (record.resource, record.question) == (PACKAGE, "Deploy?")
    (event,) = (it for it in asked.world.herald.told if isinstance(it, ApprovalRequested))
    assert (event.message, event.package) == ("Deploy?", PACKAGE)
    assert asked.answers == {}


def test_an_answer_is_awaited_for_as_long_as_the_step_says() -> None:
    asked = Asked()

    asked.begin()

    task = asked.waiting[PACKAGE]
    assert task.until - task.created == timedelta(hours=1000)


def test_a_yes_approves_the_model_and_answers_the_step() -> None:
    asked = Asked()
    asked.begin()

    assert asked.answer(approved=True, comment="better\nthan before").answered

    assert asked.registry.decided == {PACKAGE: ("Approved", "ada: better than before")}
    expected = {"by": "ada", "comment": "better\nthan before", "package": PACKAGE}
    assert asked.answers == {"T": expected}


def test_a_no_rejects_the_model_and_fails_the_step() -> None:
    asked = Asked()
    asked.begin()

    assert asked.answer(approved=False, comment="too slow").answered

    assert asked.registry.decided == {PACKAGE: ("Rejected", "ada: too slow")}
    assert asked.answers["T"] == {
        "error": "ApprovalDeniedError",
        "reason": "ada said no: too slow",
    }


@pytest.mark.parametrize(
    ("approved", "state", "answer"),
    [
        (True, YES, {"by": "ada", "comment": "better", "package": PACKAGE}),
        (False, NO, {"error": "ApprovalDeniedError", "reason": "ada said no: better"}),
    ],
)
def test_an_event_that_is_faster_than_the_answer_gives_it_in_the_same_words(
    *, approved: bool, state: ResourceState, answer: JsonObject
) -> None:
    asked = Asked()
    asked.begin()
    asked.become(state)
    asked.registry.then = asked.settle

    assert asked.answer(approved=approved, comment="better").answered

    assert asked.answers == {"T": answer}
    assert PACKAGE not in asked.waiting


def test_what_the_registry_says_against_an_answer_that_never_reached_it_counts() -> None:
    asked = Asked()
    asked.begin()
    asked.registry.failing.append(ThrottledError("slow down"))
    with pytest.raises(ThrottledError):
        asked.answer(approved=False)

    asked.become(YES)
    asked.settle()

    assert asked.answers == {"T": YES.output}


def test_an_approval_in_the_registry_answers_the_step() -> None:
    asked = Asked()
    asked.begin()

    asked.become(YES)

    assert asked.settle() == "succeeded"
    assert asked.answers == {"T": YES.output}
    assert asked.registry.decided == {}


def test_a_rejection_in_the_registry_fails_the_step() -> None:
    asked = Asked()
    asked.begin()

    asked.become(NO)

    assert asked.settle() == "failed"
    assert asked.answers["T"] == {"error": NO.error, "reason": NO.reason}


def test_whatever_comes_twice_finds_nobody_the_second_time() -> None:
    asked = Asked()
    asked.begin()
    asked.answer(approved=True)
    asked.become(YES)

    assert asked.settle() == "nobody waits"
    assert not asked.answer(approved=False).answered
    assert asked.registry.decided == {PACKAGE: ("Approved", "ada")}


def test_of_two_answers_at_once_one_counts() -> None:
    asked = Asked()
    asked.begin()
    asked.registry.failing.append(ThrottledError("slow down"))

    with pytest.raises(ThrottledError):
        asked.answer(approved=True)

    assert not asked.answer(approved=False).answered
    assert asked.registry.decided == {}
    assert asked.answer(approved=True).answered
    assert asked.registry.decided == {PACKAGE: ("Approved", "ada")}


def test_a_model_that_was_approved_before_needs_no_asking() -> None:
    asked = Asked()
    asked.become(YES)

    assert asked.begin().did == "done"

    assert asked.answers == {"T": YES.output}
    assert not any(isinstance(it, ApprovalRequested) for it in asked.world.herald.told)
    assert PACKAGE not in asked.waiting


def test_a_model_that_was_rejected_before_is_not_asked_about() -> None:
    asked = Asked()
    asked.become(NO)

    with pytest.raises(ApprovalDeniedError, match="rejected the model in the registry"):
        asked.begin()


@pytest.mark.parametrize(
    ("state", "answer"), [(YES, YES.output), (NO, {"error": NO.error, "reason": NO.reason})]
)
def test_a_decision_while_the_step_begins_is_not_lost(
    state: ResourceState, answer: JsonObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    put = asked.world.callbacks.tasks.put

    def decide_meanwhile(task: Task) -> None:
        asked.become(state, after=-10)
        put(task)

    monkeypatch.setattr(asked.world.callbacks.tasks, "put", decide_meanwhile)
    asked.begin()

    assert asked.answers == {"T": answer}


def test_who_goes_on_after_a_no_is_asked_again() -> None:
    asked = Asked()
    asked.begin()
    asked.become(NO)
    asked.settle()
    record = asked.world.progress.step(REF.run, "ask")
    again = record.model_copy(update={"attempt": 2})
    asked.world.progress.records[REF.run, "ask"] = again
    asked.world.tick()

    assert asked.begin(attempt=2, token="T2").did == "began"

    assert asked.settle() == "still running"
    asked.become(NO, after=60)
    assert asked.settle() == "failed"
    assert asked.answers["T2"]["error"] == "ApprovalDeniedError"


@pytest.mark.parametrize("steps", [OF_A_MODEL, f"{ASK}}}"])
def test_a_later_attempt_takes_the_place_of_one_that_timed_out(steps: str) -> None:
    asked = Asked(steps)
    asked.begin()
    record = asked.world.progress.step(REF.run, "ask")
    again = record.model_copy(update={"attempt": 2})
    asked.world.progress.records[REF.run, "ask"] = again

    assert asked.begin(attempt=2, token="T2").did == "began"

    assert asked.answer(approved=True).answered
    assert list(asked.answers) == ["T2"]


def test_a_step_still_waits_if_the_registry_does_not_take_the_decision() -> None:
    asked = Asked()
    asked.begin()
    asked.registry.failing.append(InvalidRequestError("there is no such package"))

    with pytest.raises(InvalidRequestError):
        asked.answer(approved=True)

    assert asked.answers == {}
    assert asked.answer(approved=True).answered


@pytest.mark.parametrize("step", ["fit", "nowhere"])
def test_an_answer_that_nobody_asked_for_is_dropped(step: str) -> None:
    asked = Asked()
    asked.begin()

    assert not asked.answer(approved=True, step=step).answered
    assert asked.registry.decided == {}


def test_a_question_about_the_run_decides_nothing_in_the_registry() -> None:
    asked = Asked(f"{ASK}}}")
    asked.begin()

    assert asked.answer(approved=True, comment="fine").answered

    assert asked.answers == {"T": {"by": "ada", "comment": "fine"}}
    assert asked.registry.decided == {}


def test_a_question_about_a_model_comes_after_its_registration() -> None:
    step = steps_of(a_conf(steps=STEPS + f"{ASK}, package: register}}"))["ask"]

    assert step.needs == step.data_from == ("register",)
    assert step.request["package"] == "{% $steps.`register`.`package` %}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fit", "'fit' is a Training step; name a RegisterModel step"),
        ("registr", "'registr' is no step; did you mean 'register'?"),
    ],
)
def test_a_question_names_a_step_that_registers(name: str, expected: str) -> None:
    (found,) = problems(a_conf(steps=STEPS + f"{ASK}, package: {name}}}"))

    assert f".package: {expected}" in found


def test_a_model_that_is_approved_from_the_start_cannot_be_asked_about() -> None:
    types = "supported_response_MIME_types: [application/json]"
    sections = SECTIONS.replace(types, f"{types}\n    approval_status: Approved")

    (found,) = complaints(a_conf(sections=sections, steps=STEPS + f"{ASK}, package: register}}"))

    assert "'register' registers its model as Approved; only Pending" in found
