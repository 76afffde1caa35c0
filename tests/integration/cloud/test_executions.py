"""Executions: how they end, what they start, and what they may do."""

import json
import time

from tests.integration.cloud.account import Account, Json, allow, until
from tests.integration.cloud.test_callbacks import send_and_wait, token_from

FAILING_CHILD = {
    "StartAt": "Fail",
    "States": {"Fail": {"Type": "Fail", "Error": "GateError", "Cause": "not good enough"}},
}


def run_child(machine: str, **fields: object) -> Json:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": machine, "Input": {"given": 1}, "Name": "the-child"},
        "End": True,
    }
    return {"StartAt": "Child", "States": {"Child": task | fields}}


def passing(**fields: object) -> Json:
    return {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True} | fields}}


def child_of(account: Account, machine: str) -> str:
    listed = until(lambda: account.states.list_executions(stateMachineArn=machine)["executions"])
    return str(listed[0]["executionArn"])


def test_a_stopped_execution_stays_stopped(repaired: Account, unrepaired: Account) -> None:
    def stop(account: Account) -> str:
        queue = account.queue()
        execution = account.start(account.machine(send_and_wait(queue, TimeoutSeconds=2)))
        token_from(account, queue)
        account.states.stop_execution(executionArn=execution, error="Enough", cause="by hand")
        return execution

    ours, stock = stop(repaired), stop(unrepaired)
    time.sleep(3)
    assert repaired.describe(ours)["status"] == "ABORTED"
    assert repaired.describe(ours)["error"] == "Enough"
    assert repaired.history(ours)[-1]["type"] == "ExecutionAborted"
    assert unrepaired.describe(stock)["status"] == "FAILED"


def test_a_stopped_execution_tries_nothing_again(repaired: Account, unrepaired: Account) -> None:
    def attempts_after_stop(account: Account) -> int:
        queue = account.queue()
        again = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}]
        machine = account.machine(send_and_wait(queue, Retry=again))
        execution = account.start(machine)
        account.states.send_task_failure(taskToken=token_from(account, queue), error="Again")
        account.states.stop_execution(executionArn=execution)
        return 1 if account.receive(queue, seconds=3) else 0

    assert attempts_after_stop(repaired) == 0
    assert attempts_after_stop(unrepaired) == 1


def test_a_machine_has_a_time_limit(repaired: Account, unrepaired: Account) -> None:
    definition = {
        "StartAt": "Wait",
        "TimeoutSeconds": 1,
        "States": {"Wait": {"Type": "Wait", "Seconds": 3, "End": True}},
    }
    queue = repaired.queue()
    pattern = {"source": ["aws.states"], "detail": {"status": ["TIMED_OUT"]}}
    repaired.rule_to(repaired.queue_arn(queue), pattern)

    ended = repaired.run(definition)

    assert ended["status"] == "TIMED_OUT"
    assert "error" not in ended
    event = repaired.receive(queue)
    assert event is not None
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["detail"]["executionArn"] == ended["executionArn"]
    assert unrepaired.run(definition)["status"] == "SUCCEEDED"


def test_a_childs_failure_is_described_to_its_parent(
    repaired: Account, unrepaired: Account
) -> None:
    child = repaired.machine(FAILING_CHILD)

    ended = repaired.run(run_child(child))

    assert ended["error"] == "States.TaskFailed"
    cause = json.loads(ended["cause"])
    assert cause["Error"] == "GateError"
    assert cause["Cause"] == "not good enough"
    assert cause["Status"] == "FAILED"
    assert cause["Input"] == '{"given": 1}'
    assert cause["ExecutionArn"].endswith(":the-child")
    stock = unrepaired.run(run_child(unrepaired.machine(FAILING_CHILD)))
    assert stock["error"] == "GateError"


def test_a_childs_output_is_its_parents_result(repaired: Account) -> None:
    child = repaired.machine(passing(Output={"good": True}))

    ended = repaired.run(run_child(child, Output="{% $states.result.Output.good %}"))

    assert ended["output"] == "true"


def test_a_child_stops_with_its_parent(repaired: Account, unrepaired: Account) -> None:
    def stop(account: Account) -> str:
        queue = account.queue()
        child = account.machine(send_and_wait(queue))
        parent = account.start(account.machine(run_child(child)))
        token_from(account, queue)
        account.states.stop_execution(executionArn=parent)
        return child_of(account, child)

    assert repaired.end_of(stop(repaired))["status"] == "ABORTED"
    left = stop(unrepaired)
    time.sleep(1)
    assert unrepaired.describe(left)["status"] == "RUNNING"


def test_a_machine_does_what_its_role_allows(repaired: Account, unrepaired: Account) -> None:
    def invoking(account: Account) -> tuple[str, Json]:
        function = account.function("def handler(event, context): return 1")
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": function},
            "End": True,
        }
        return function, {"StartAt": "Invoke", "States": {"Invoke": task}}

    function, definition = invoking(repaired)
    allowed = repaired.run(definition, {}, allow("lambda:InvokeFunction", resource=function))
    assert allowed["status"] == "SUCCEEDED"
    denied = repaired.run(definition, {}, allow("lambda:InvokeFunction", resource=f"{function}2"))
    assert denied["error"] == "Lambda.AWSLambdaException"
    wanted = f"is not authorized to perform: lambda:InvokeFunction on resource: {function}"
    assert wanted in denied["cause"]
    _, definition = invoking(unrepaired)
    assert unrepaired.run(definition, {}, allow("s3:GetObject"))["status"] == "SUCCEEDED"


def test_a_parallel_applies_its_fields(repaired: Account, unrepaired: Account) -> None:
    branch = passing(Output="{% $states.input.number + 1 %}", Assign={"mine": 5})
    definition = {
        "StartAt": "Both",
        "States": {
            "Both": {
                "Type": "Parallel",
                "Arguments": {"number": "{% $states.input.start %}"},
                "Branches": [branch, branch],
                "Output": "{% $sum($states.result) %}",
                "Assign": {"mine": 1, "first": "{% $states.result[0] %}"},
                "Next": "Done",
            },
            "Done": {"Type": "Pass", "Output": "{% [$states.input, $mine, $first] %}", "End": True},
        },
    }

    assert repaired.run(definition, {"start": 1})["output"] == "[4, 1, 2]"
    assert unrepaired.run(definition, {"start": 1})["status"] == "FAILED"


def test_a_succeed_applies_its_output(repaired: Account, unrepaired: Account) -> None:
    definition = {"StartAt": "End", "States": {"End": {"Type": "Succeed", "Output": {"done": 1}}}}

    assert repaired.run(definition)["output"] == '{"done": 1}'
    assert unrepaired.run(definition)["output"] == "{}"
