"""What the states send is what the functions take, and what comes back is what the states read."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from tests.contract.agreement import (
    expressions,
    function_of,
    machines,
    messages_of,
    result_of,
    tasks,
)
from trainwright.models.pipelines.states import PlanPipelineRequest
from trainwright.models.plan import DeployPlan, RunPlan, RunRef
from trainwright.models.states import Generation, PlanRunRequest

INPUTS: dict[str, set[str]] = {
    "train_deploy": set(PlanRunRequest.model_fields) - {"execution"},
    "deploy": set(DeployPlan.model_fields),
    "pipeline": set(PlanPipelineRequest.model_fields) - {"execution"},
    "pipeline_step": {"wait_seconds"},  # the rest of a StepRef goes on whole
}
"""Fields of each machine's input."""

invocations = pytest.mark.parametrize(
    ("state", "function"),
    [
        pytest.param(state, function, id=f"{machine}: {name}")
        for machine, name, state in tasks()
        if (function := function_of(state))
    ],
)


def read(names: str, value: Any) -> set[str]:
    """Give each name that an expression in *value* reads below *names*."""
    pattern = re.escape(names) + r"\.(\w+)"
    return {name for text in expressions(value) for name in re.findall(pattern, text)}


def fit(sent: Mapping[str, Any], model: type[BaseModel]) -> None:
    """Hold the keys that are *sent* against the fields of *model*, all the way down."""
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert required <= set(sent) <= set(model.model_fields)
    for name, value in sent.items():
        if isinstance(value, dict):
            fit(value, _model_in(model.model_fields[name].annotation))


def _model_in(annotation: Any) -> type[BaseModel]:
    options: tuple[type[BaseModel], ...] = get_args(annotation) or (annotation,)
    return next(option for option in options if issubclass(option, BaseModel))


@invocations
def test_a_function_is_sent_what_it_takes(state: dict[str, Any], function: str) -> None:
    fit(state["Arguments"]["Payload"], messages_of(function)[0])


@invocations
def test_a_state_reads_what_comes_back(state: dict[str, Any], function: str) -> None:
    waits = state["Resource"].endswith(".waitForTaskToken")
    place = "$states.result" if waits else "$states.result.Payload"

    assert read(place, state) <= set(result_of(state, function).model_fields)


@invocations
def test_a_function_that_answers_a_token_is_given_one(state: dict[str, Any], function: str) -> None:
    waits = state["Resource"].endswith(".waitForTaskToken")

    assert ("token" in messages_of(function)[0].model_fields) == waits


@pytest.mark.parametrize("machine", machines())
def test_a_machine_reads_what_it_is_started_with(machine: str) -> None:
    assert read("$states.input", machines()[machine]) == INPUTS[machine]


def test_a_run_reads_its_plan() -> None:
    assert read("$plan", machines()["train_deploy"]) <= set(RunPlan.model_fields)


def test_a_deployment_is_given_to_its_first_function_whole() -> None:
    payload = machines()["deploy"]["States"]["Create model"]["Arguments"]["Payload"]

    assert set(payload["deployment"]) == set(DeployPlan.model_fields)


def test_what_a_first_failure_makes_up_is_complete() -> None:
    run = machines()["train_deploy"]["States"]["Plan run"]["Catch"][0]["Assign"]
    deployment = machines()["deploy"]["States"]["Create model"]["Catch"][0]["Assign"]

    fit(run["run"], RunRef)
    fit(deployment["generation"], Generation)
