"""The executions of a state machine, and the answers to those that wait."""

import json

from trainwright.aws.clients import our_errors, stepfunctions
from trainwright.models.message import JsonObject

_MAX_CAUSE = 32_768
_MAX_ERROR = 256


class StepFunctionsExecutions:
    """Executions of the state machine *arn*."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def start(self, name: str, request: JsonObject) -> tuple[str, bool]:
        """Start *name* and give its ARN, and whether it is new."""
        states = stepfunctions()
        try:
            with our_errors():
                started = states.start_execution(
                    stateMachineArn=self._arn, name=name, input=json.dumps(request)
                )
        except states.exceptions.ExecutionAlreadyExists:
            return f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}", False
        return started["executionArn"], True

    def why_ended(self, execution: str) -> tuple[str, str]:
        """Give the error and the cause with which *execution* (an ARN) ended."""
        with our_errors():
            found = stepfunctions().describe_execution(executionArn=execution)
        return found.get("error", ""), found.get("cause", "")


class StepFunctionsAnswers:
    """Answers by task token; one that is not waited for any more is dropped."""

    def succeed(self, token: str, output: JsonObject) -> None:
        """Let the state go on with *output*."""
        states = stepfunctions()
        try:
            with our_errors():
                states.send_task_success(taskToken=token, output=json.dumps(output))
        except (states.exceptions.TaskTimedOut, states.exceptions.TaskDoesNotExist):
            return

    def fail(self, token: str, error: str, reason: str) -> None:
        """Let the state fail with *error*."""
        states = stepfunctions()
        try:
            with our_errors():
                states.send_task_failure(
                    taskToken=token, error=error[:_MAX_ERROR], cause=reason[:_MAX_CAUSE]
                )
        except (states.exceptions.TaskTimedOut, states.exceptions.TaskDoesNotExist):
            return
