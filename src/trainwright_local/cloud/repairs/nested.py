"""Executions started by an execution that waits for them (`startExecution.sync`, `.sync:2`).

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import json
import threading
from typing import Any

from ministack.services import stepfunctions

from trainwright_local.cloud.repairs import executions, history
from trainwright_local.cloud.repairs.executions import Execution


def run_children_as_executions() -> None:
    """Run a child as an execution like any other, and stop it with its parent.

    Its failure is `States.TaskFailed` in the parent, with its description as the cause. MiniStack
    runs it inside the parent's thread: no status events, no stop, and its error's own name.
    """

    def start_and_wait(resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
        child = _start(arguments)
        history.task_submitted(resource, {"ExecutionArn": child["executionArn"]})
        _wait(child)
        if child["status"] != "SUCCEEDED":
            cause = json.dumps(_description(child))
            raise stepfunctions._ExecutionError("States.TaskFailed", cause)
        output = json.loads(child["output"]) if resource.endswith(":2") else child["output"]
        return _description(child) | {
            "Output": output,
            "OutputDetails": {"Included": True},
        }

    stepfunctions._invoke_nested_start_execution_sync = start_and_wait


def _start(arguments: dict[str, Any]) -> Execution:
    request = stepfunctions._nested_start_execution_request(arguments)
    status, _, body = stepfunctions._start_execution(request)
    answer = json.loads(body)
    if status >= 400:  # noqa: PLR2004 - an HTTP status
        error = f"StepFunctions.{answer['__type']}Exception"
        raise stepfunctions._ExecutionError(error, answer["message"])
    child: Execution = stepfunctions._executions[answer["executionArn"]]
    return child


def _wait(child: Execution) -> None:
    parent = executions.current()
    ended = threading.Event()
    with executions.told_when_ended(ended, child, parent):
        ended.wait()
    if executions.is_running(child):  # then it is the parent that ended
        stepfunctions._stop_execution({"executionArn": child["executionArn"]})
        raise executions.ExecutionEndedError


def _description(child: Execution) -> dict[str, Any]:
    """Return what DescribeExecution says, in the spelling of state output."""
    described = {
        "Cause": child.get("cause"),
        "Error": child.get("error"),
        "ExecutionArn": child["executionArn"],
        "Input": child["input"],
        "InputDetails": {"Included": True},
        "Name": child["name"],
        "StartDate": stepfunctions._iso_to_epoch_ms(child["startDate"]),
        "StateMachineArn": child["stateMachineArn"],
        "Status": child["status"],
        "StopDate": stepfunctions._iso_to_epoch_ms(child["stopDate"]),
    }
    return {name: value for name, value in described.items() if value not in (None, "")}
