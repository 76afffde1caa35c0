"""Executions of the state machines of pipelines."""

from typing import NamedTuple

from trainwright.aws.clients import our_errors, stepfunctions
from trainwright.aws.executions import StepFunctionsExecutions
from trainwright.models.message import JsonObject


class Machines(NamedTuple):
    """ARNs of the state machines."""

    pipeline: str
    step: str
    deploy: str


class StepFunctionsLauncher:
    """Starts and stops executions of *machines*."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines

    def start_step(self, name: str, target: JsonObject) -> None:
        """Start `pipeline_step`, once."""
        StepFunctionsExecutions(self._machines.step).start(name, target)

    def start_pipeline(self, name: str, request: JsonObject) -> tuple[str, bool]:
        """Start `pipeline`; give the ARN of the execution, and whether it is new."""
        return StepFunctionsExecutions(self._machines.pipeline).start(name, request)

    def start_deployment(self, name: str, plan: JsonObject) -> str:
        """Start `deploy`; give the ARN of the execution."""
        return StepFunctionsExecutions(self._machines.deploy).start(name, plan)[0]

    def is_running(self, execution: str) -> bool:
        """Tell whether an execution (an ARN) goes on."""
        states = stepfunctions()
        try:
            with our_errors():
                found = states.describe_execution(executionArn=execution)
        except states.exceptions.ExecutionDoesNotExist:
            return False
        return found["status"] == "RUNNING"

    def stop(self, execution: str, reason: str) -> None:
        """Stop an execution; one that has ended is no error."""
        states = stepfunctions()
        try:
            with our_errors():
                states.stop_execution(executionArn=execution, error="RunStoppedError", cause=reason)
        except states.exceptions.ExecutionDoesNotExist:
            return

    def stop_step(self, name: str, reason: str) -> None:
        """Stop the execution *name* of `pipeline_step`."""
        self.stop(f"{self._machines.step.replace(':stateMachine:', ':execution:')}:{name}", reason)
