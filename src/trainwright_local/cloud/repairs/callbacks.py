"""Tasks that wait for their token (`.waitForTaskToken`).

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import stepfunctions

from trainwright_local.cloud.repairs import executions, history, tokens

SUFFIX = ".waitForTaskToken"
_answering = threading.Lock()


def give_each_attempt_its_own_token() -> None:
    """Make a new token for each attempt of a Task, as AWS does.

    MiniStack keeps one for all attempts: a late answer to the first would end the second.
    """
    evaluate = stepfunctions._apply_jsonata_arguments

    def evaluate_with_token(state: Any, raw_input: Any, context: Any = None) -> Any:
        if str(state.get("Resource", "")).endswith(SUFFIX):
            machine = executions.current()["stateMachineArn"]
            context["Task"] = {"Token": tokens.new_token(machine)}
        return evaluate(state, raw_input, context)

    stepfunctions._apply_jsonata_arguments = evaluate_with_token


def fail_with_the_invocation_and_honour_heartbeats() -> None:
    """Fail the task when what it invokes fails, or when no heartbeat comes in time.

    MiniStack drops the function's error and waits on, and ignores `HeartbeatSeconds`.
    """

    def invoke(resource: str, arguments: Any, token: str, state: dict[str, Any]) -> Any:
        task = _Task(state)
        stepfunctions._task_tokens[token] = task.record
        try:
            submitted = task.submit(resource.removesuffix(SUFFIX), arguments)
            history.task_submitted(resource, submitted)
            return task.wait()
        finally:
            stepfunctions._task_tokens.pop(token, None)

    stepfunctions._invoke_with_callback = invoke


class _Task:
    """One attempt that waits; *record* is what MiniStack keeps by its token."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.answered = threading.Event()
        self.record: dict[str, Any] = {
            "event": self.answered,
            "result": None,
            "error": None,
            "heartbeat": None,
            "beat": time.monotonic(),
        }
        self._timeout = state.get("TimeoutSeconds")
        self._heartbeat = state.get("HeartbeatSeconds")
        self._started = time.monotonic()

    def submit(self, resource: str, arguments: Any) -> Any:
        """Invoke the resource; its failure fails the task unless it has its answer already."""
        try:
            if self._timeout is None:
                return stepfunctions._invoke_resource(resource, arguments)
            return stepfunctions._invoke_resource_with_timeout(resource, arguments, self._timeout)
        except stepfunctions._ExecutionError:
            if self.answered.is_set():
                return None
            raise

    def wait(self) -> Any:
        """Return the answer's output, or raise its error, or that none came in time."""
        execution = executions.current()
        with executions.told_when_ended(self.answered, execution):
            while not self.answered.wait(self._patience()):
                if self._patience() == 0:
                    raise stepfunctions._ExecutionError("States.Timeout", "")
        if error := self.record["error"]:
            raise stepfunctions._ExecutionError(error["Error"], error["Cause"])
        if not executions.is_running(execution):
            raise executions.ExecutionEndedError
        return json.loads(self.record["result"])

    def _patience(self) -> float | None:
        """Return the seconds until the task times out unless something is heard of it."""
        ends = []
        if self._timeout is not None:
            ends.append(self._started + self._timeout)
        if self._heartbeat is not None:
            ends.append(self.record["beat"] + self._heartbeat)
        return max(0.0, min(ends) - time.monotonic()) if ends else None


def answer_tokens_once() -> None:
    """Refuse a token that was answered or has timed out, and one that never was one.

    MiniStack takes a second answer while the first is being read, and afterwards refuses it with
    `TaskDoesNotExist`, which on AWS means an activity that does not exist.
    """
    for name in ("_send_task_success", "_send_task_failure"):
        setattr(stepfunctions, name, _answering_once(getattr(stepfunctions, name)))
    beat = stepfunctions._send_task_heartbeat

    def beat_while_waiting(data: dict[str, Any]) -> Any:
        record = stepfunctions._task_tokens.get(data.get("taskToken"))
        if record is None or record.get("answered"):
            return _refusal(str(data.get("taskToken")))
        record["beat"] = time.monotonic()
        return beat(data)

    stepfunctions._send_task_heartbeat = beat_while_waiting


def _answering_once(answer: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def answer_once(data: dict[str, Any]) -> Any:
        token = str(data.get("taskToken"))
        with _answering:
            record = stepfunctions._task_tokens.get(token)
            if record is None or record.get("answered"):
                return _refusal(token)
            if not _is_json(data.get("output", "{}")):
                message = "Invalid Output: 'Error occurred while parsing the output'"
                return error_response_json("InvalidOutput", message, 400)
            record["answered"] = True
        return answer(data)

    return answer_once


def _refusal(token: str) -> Any:
    if tokens.machine_of(token) is None:
        return error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)
    message = "Task Timed Out: 'Provided task does not exist anymore'"
    return error_response_json("TaskTimedOut", message, 400)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
