"""The state machines are whole: every way leads somewhere, every wait ends, every name exists."""

import re
from typing import Any

import jsonata
import pytest

from tests.contract.agreement import expressions, function_of, machines, states, tasks
from trainwright import errors

PLANNED = (
    "{% $plan.training.wait_seconds %}",
    "{% $begun.wait_seconds %}",
    "{% $states.input.wait_seconds %}",
)
"""Time-outs that a plan gives."""

NO_RESOURCE = {"start_steps", "begin_step"}
"""Waits for steps, and for a step whose own settings say how often it is tried again."""

BUILT_IN = ("States.", "Lambda.", "StepFunctions.")
QUICK = {"IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 6, "JitterStrategy": "FULL"}
SLOW = {"IntervalSeconds": 15, "BackoffRate": 1.5, "MaxAttempts": 20, "MaxDelaySeconds": 120}
LAMBDA = [
    "ThrottledError",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
]

every_machine = pytest.mark.parametrize("machine", machines())
every_state = pytest.mark.parametrize(
    "state", [pytest.param(state, id=f"{machine}: {name}") for machine, name, state in states()]
)
every_task = pytest.mark.parametrize(
    "state", [pytest.param(state, id=f"{machine}: {name}") for machine, name, state in tasks()]
)


def ways(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Give each state that may come next, and the part whose Assign is done on the way there."""
    found = [(part["Next"], part) for part in [*state.get("Choices", []), *state.get("Catch", [])]]
    return found + [(state[key], state) for key in ("Next", "Default") if key in state]


@every_machine
def test_a_machine_is_short_says_what_it_is_and_speaks_jsonata(machine: str) -> None:
    definition = machines()[machine]

    assert len(definition["States"]) <= 12
    assert next(iter(definition)) == "Comment"
    assert definition["QueryLanguage"] == "JSONata"


@every_machine
def test_every_way_leads_to_a_state_and_every_state_is_reached(machine: str) -> None:
    definition = machines()[machine]
    reached, new = set[str](), {definition["StartAt"]}

    while new:
        reached |= new
        new = {to for name in new for to, _ in ways(definition["States"][name])} - reached

    assert reached == set(definition["States"])


@every_machine
def test_every_variable_is_assigned_on_all_ways_to_where_it_is_used(machine: str) -> None:
    known = _known_on_entry(machines()[machine])

    for name, state in machines()[machine]["States"].items():
        own = {key: value for key, value in state.items() if key != "Catch"}
        for expression in expressions(own):
            used = set(re.findall(r"\$([a-z_]\w*)(?![\w(])", expression)) - {"states"}
            assert used <= known[name], f"{name}: {expression}"


def _known_on_entry(machine: dict[str, Any]) -> dict[str, set[str]]:
    known, todo = {machine["StartAt"]: set[str]()}, [machine["StartAt"]]
    while todo:
        name = todo.pop()
        for to, part in ways(machine["States"][name]):
            arriving = known[name] | set(part.get("Assign", {}))
            seen = known.get(to)
            known[to] = arriving if seen is None else seen & arriving
            if known[to] != seen:
                todo.append(to)
    return known


@every_task
def test_a_task_ends_in_finite_time(state: dict[str, Any]) -> None:
    timeout = state["TimeoutSeconds"]

    assert timeout in PLANNED or 0 < timeout <= 8 * 3600


@every_task
def test_a_task_is_retried_as_all_others_are_and_its_failure_is_caught(
    state: dict[str, Any],
) -> None:
    quick, *slow = state["Retry"]
    names = quick["ErrorEquals"]

    assert {**QUICK, "ErrorEquals": names} == quick
    assert names == LAMBDA or all(name.startswith("StepFunctions.") for name in names)
    assert slow in ([], [{**SLOW, "ErrorEquals": ["NotReadyError"]}])
    assert [catcher["ErrorEquals"] for catcher in state["Catch"]] == [["States.ALL"]]


@every_task
def test_a_state_that_waits_for_a_resource_waits_for_one_that_is_busy_too(
    state: dict[str, Any],
) -> None:
    waits = state["Resource"].endswith(".waitForTaskToken")

    if function_of(state) not in NO_RESOURCE:
        assert waits == (len(state["Retry"]) == 2)


@every_state
def test_every_choice_is_a_question_with_a_default(state: dict[str, Any]) -> None:
    assert (state["Type"] == "Choice") == ("Default" in state)


def test_the_name_of_a_choice_is_a_question() -> None:
    questions = {name for _, name, _ in states() if name.endswith("?")}

    assert questions == {name for _, name, state in states() if state["Type"] == "Choice"}


@every_state
def test_every_error_that_is_named_exists(state: dict[str, Any]) -> None:
    parts = [*state.get("Retry", []), *state.get("Catch", [])]
    matched = [name for part in parts for name in part["ErrorEquals"]]
    raised = [state.get("Error"), state.get("Assign", {}).get("failure", {}).get("Error")]

    for name in [*matched, *filter(None, raised)]:
        assert name.startswith((*BUILT_IN, "{%")) or issubclass(
            getattr(errors, name), errors.TrainwrightError
        )


@every_machine
def test_a_machine_ends_in_states_that_say_how(machine: str) -> None:
    ends = [state for state in machines()[machine]["States"].values() if not ways(state)]

    assert all(state["Type"] in {"Succeed", "Fail"} for state in ends)
    assert all({"Error", "Cause"} <= set(state) for state in ends if state["Type"] == "Fail")


@every_state
def test_every_expression_is_jsonata(state: dict[str, Any]) -> None:
    for expression in expressions(state):
        jsonata.Jsonata(expression)
