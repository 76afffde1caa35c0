"""TimeoutSeconds and HeartbeatSeconds of a Task.

https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields
"""

from typing import Any

from ministack.services import stepfunctions

LIMITS = ("TimeoutSeconds", "HeartbeatSeconds")


def evaluate_task_limits() -> None:
    """Take a JSONata expression for a Task's limits; MiniStack fails with `States.Runtime`."""
    execute = stepfunctions._execute_task

    def execute_with_numbers(
        state: dict[str, Any], raw_input: Any, execution: dict[str, Any], context: dict[str, Any]
    ) -> Any:
        numbers = {
            name: stepfunctions._jsonata_state_field(state, name, "number", raw_input, context)
            for name in LIMITS
            if isinstance(state.get(name), str)
        }
        return execute(state | numbers, raw_input, execution, context)

    stepfunctions._execute_task = execute_with_numbers
