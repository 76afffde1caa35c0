"""JSONata fields of states that are not Tasks.

https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html#parallel-state-fields
https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
"""

import copy
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from ministack.services import stepfunctions


def apply_jsonata_to_parallel() -> None:
    """Apply `Arguments`, `Output` and `Assign` of a Parallel, and keep branches' variables theirs.

    MiniStack ignores the three, and branches overwrite each other's variables.
    """
    run = stepfunctions._run_parallel_branches

    def run_branches(state: Any, raw_input: Any, execution: Any, context: Any) -> Any:
        if stepfunctions._state_query_language(state, context) != "JSONata":
            return run(state, raw_input, execution, context)
        given = stepfunctions._apply_jsonata_arguments(state, raw_input, context)
        branches = state["Branches"]
        with ThreadPoolExecutor(len(branches)) as pool:
            started = [
                pool.submit(
                    copy_context().run,
                    stepfunctions._run_sub_machine,
                    branch["States"],
                    branch["StartAt"],
                    given,
                    execution,
                    copy.deepcopy(context),
                )
                for branch in branches
            ]
            results = [branch.result() for branch in started]
        output = stepfunctions._apply_jsonata_output(
            state, raw_input, context, result=results, default=results
        )
        stepfunctions._apply_state_assign(state, raw_input, context, result=results)
        return output, stepfunctions._next_or_end(state)

    stepfunctions._run_parallel_branches = run_branches


def apply_output_to_succeed() -> None:
    """Apply the `Output` of a Succeed state; MiniStack passes the input through."""
    apply = stepfunctions._apply_output_path

    def apply_output(state: Any, value: Any, context: Any = None) -> Any:
        if state.get("Type") == "Succeed" and "Output" in state:
            return stepfunctions._apply_jsonata_output(state, value, context)
        return apply(state, value, context)

    stepfunctions._apply_output_path = apply_output
