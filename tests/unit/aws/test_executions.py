"""Step Functions' adapters: starting is idempotent, and answers to nobody are dropped."""

import json
from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from trainwright.aws import clients
from trainwright.aws.executions import StepFunctionsAnswers, StepFunctionsExecutions

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:demo-train-deploy"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:demo-train-deploy:churn-1"


@pytest.fixture
def states(aws: None) -> Iterator[Stubber]:
    """Give the stub of Step Functions; every answer in it must be used."""
    with Stubber(clients.stepfunctions()) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_an_execution_starts_once(states: Stubber) -> None:
    asked = {"stateMachineArn": MACHINE, "name": "churn-1", "input": json.dumps({"run": "churn-1"})}
    states.add_response("start_execution", {"executionArn": EXECUTION, "startDate": 0}, asked)
    states.add_client_error("start_execution", "ExecutionAlreadyExists")

    executions = StepFunctionsExecutions(MACHINE)
    answers = [executions.start("churn-1", {"run": "churn-1"}) for _ in range(2)]

    assert answers == [(EXECUTION, True), (EXECUTION, False)]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist"])
def test_an_answer_that_nobody_waits_for_is_dropped(states: Stubber, code: str) -> None:
    states.add_client_error("send_task_success", code)
    states.add_client_error("send_task_failure", code)

    StepFunctionsAnswers().succeed("t", {})
    StepFunctionsAnswers().fail("t", "X", "y")


def test_a_cause_is_cut_to_what_step_functions_takes(states: Stubber) -> None:
    asked = {"taskToken": "t", "error": "X", "cause": "y" * 32_768}
    states.add_response("send_task_failure", {}, asked)

    StepFunctionsAnswers().fail("t", "X", "y" * 40_000)
