"""Tasks that wait for their token."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.account import Account, Json

RAISING = """
    class TokenStoreError(Exception):
        pass

    def handler(event, context):
        raise TokenStoreError("no table")
"""


def invoke_and_wait(function: str, **fields: Any) -> Json:
    arguments = {
        "FunctionName": function,
        "Payload": {"token": "{% $states.context.Task.Token %}"},
    }
    return _waiting("lambda:invoke", arguments, fields)


def send_and_wait(queue: str, **fields: Any) -> Json:
    body = {"token": "{% $states.context.Task.Token %}"}
    return _waiting("sqs:sendMessage", {"QueueUrl": queue, "MessageBody": body}, fields)


def _waiting(action: str, arguments: Json, fields: Json) -> Json:
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{action}.waitForTaskToken",
        "Arguments": arguments,
        "TimeoutSeconds": 60,
        "End": True,
    }
    return {"StartAt": "Wait", "States": {"Wait": task | fields}}


def token_from(account: Account, queue: str) -> str:
    message = account.receive(queue)
    assert message is not None
    return str(message["token"])


def test_a_task_fails_with_what_its_function_raises(repaired: Account, unrepaired: Account) -> None:
    def error(account: Account) -> str:
        definition = invoke_and_wait(account.function(RAISING), TimeoutSeconds=3)
        return str(account.run(definition)["error"])

    assert error(repaired) == "TokenStoreError"
    assert error(unrepaired) == "States.Timeout"


def test_a_raised_error_is_caught_by_its_class(repaired: Account) -> None:
    caught = {
        "ErrorEquals": ["TokenStoreError"],
        "Output": "{% $parse($states.errorOutput.Cause).errorMessage %}",
        "Next": "Caught",
    }
    definition = invoke_and_wait(repaired.function(RAISING), Catch=[caught])
    definition["States"]["Caught"] = {"Type": "Succeed"}

    assert repaired.run(definition)["output"] == '"no table"'


def test_a_task_without_a_heartbeat_times_out(repaired: Account, unrepaired: Account) -> None:
    def start(account: Account) -> str:
        definition = send_and_wait(account.queue(), HeartbeatSeconds=1)
        return account.start(account.machine(definition))

    left = start(unrepaired)
    assert repaired.end_of(start(repaired))["error"] == "States.Timeout"
    time.sleep(1)
    assert unrepaired.describe(left)["status"] == "RUNNING"


def test_heartbeats_keep_a_task_waiting(repaired: Account) -> None:
    queue = repaired.queue()
    execution = repaired.start(repaired.machine(send_and_wait(queue, HeartbeatSeconds=2)))
    token = token_from(repaired, queue)

    for _ in range(4):
        time.sleep(1)
        repaired.states.send_task_heartbeat(taskToken=token)

    repaired.states.send_task_success(taskToken=token, output='{"ok": true}')
    assert repaired.end_of(execution)["output"] == '{"ok": true}'


def test_each_attempt_has_its_own_token(repaired: Account, unrepaired: Account) -> None:
    def tokens(account: Account) -> tuple[str, str]:
        queue = account.queue()
        again = [{"ErrorEquals": ["Again"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        account.start(account.machine(send_and_wait(queue, Retry=again)))
        first = token_from(account, queue)
        account.states.send_task_failure(taskToken=first, error="Again")
        return first, token_from(account, queue)

    first, second = tokens(repaired)
    assert first != second
    first, second = tokens(unrepaired)
    assert first == second


def test_a_token_is_answered_once(repaired: Account, unrepaired: Account) -> None:
    def second_answer(account: Account) -> str:
        queue = account.queue()
        execution = account.start(account.machine(send_and_wait(queue)))
        token = token_from(account, queue)
        account.states.send_task_success(taskToken=token, output="{}")
        account.end_of(execution)
        with pytest.raises(ClientError) as refused:
            account.states.send_task_success(taskToken=token, output="{}")
        return str(refused.value.response["Error"]["Code"])

    assert second_answer(repaired) == "TaskTimedOut"
    assert second_answer(unrepaired) == "TaskDoesNotExist"


def test_what_never_was_a_token_is_invalid(repaired: Account, unrepaired: Account) -> None:
    with pytest.raises(ClientError, match="InvalidToken"):
        repaired.states.send_task_failure(taskToken="nonsense", error="E")
    with pytest.raises(ClientError, match="TaskDoesNotExist"):
        unrepaired.states.send_task_failure(taskToken="nonsense", error="E")


def test_output_that_is_no_json_is_refused_and_the_task_waits_on(repaired: Account) -> None:
    queue = repaired.queue()
    execution = repaired.start(repaired.machine(send_and_wait(queue)))
    token = token_from(repaired, queue)

    with pytest.raises(ClientError, match="InvalidOutput"):
        repaired.states.send_task_success(taskToken=token, output="{")

    repaired.states.send_task_success(taskToken=token, output="1")
    assert repaired.end_of(execution)["output"] == "1"


def test_limits_may_be_expressions(repaired: Account, unrepaired: Account) -> None:
    def error(account: Account) -> str:
        definition = send_and_wait(account.queue(), TimeoutSeconds="{% $states.input.limit %}")
        return str(account.run(definition, {"limit": 1})["error"])

    assert error(repaired) == "States.Timeout"
    assert error(unrepaired) == "States.Runtime"


def test_the_history_tells_a_task_from_start_to_end(repaired: Account, unrepaired: Account) -> None:
    def history(account: Account) -> list[Json]:
        execution = account.start(account.machine(send_and_wait(account.queue(), TimeoutSeconds=1)))
        account.end_of(execution)
        return account.history(execution)

    told = history(repaired)
    assert [event["type"] for event in told] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskTimedOut",
        "ExecutionFailed",
    ]
    assert [event.get("previousEventId") for event in told[1:]] == [0, 2, 3, 4, 5, 6]
    scheduled = told[2]["taskScheduledEventDetails"]
    assert scheduled["resourceType"] == "sqs"
    assert scheduled["resource"] == "sendMessage.waitForTaskToken"
    assert "TaskSubmitted" not in [event["type"] for event in history(unrepaired)]
