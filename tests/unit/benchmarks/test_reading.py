"""What is counted in histories, access logs and lists of processes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks import histories, latency, processes
from benchmarks.requests import of_functions
from benchmarks.stack import Run

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entered(state: str, at: float, kind: str = "Task") -> dict[str, Any]:
    return {
        "type": f"{kind}StateEntered",
        "timestamp": NOON + timedelta(seconds=at),
        "stateEnteredEventDetails": {"name": state},
    }


def exited(state: str, at: float, kind: str = "Task") -> dict[str, Any]:
    return {
        "type": f"{kind}StateExited",
        "timestamp": NOON + timedelta(seconds=at),
        "stateExitedEventDetails": {"name": state},
    }


def scheduled(kind: str = "lambda", resource: str = "invoke") -> dict[str, Any]:
    details = {"resourceType": kind, "resource": resource}
    return {"type": "TaskScheduled", "taskScheduledEventDetails": details}


def test_a_transition_is_a_state_entered_or_tried_again() -> None:
    history = [
        {"type": "ExecutionStarted"},
        entered("Plan run", 0),
        scheduled(),
        {"type": "TaskFailed"},
        scheduled(),
        exited("Plan run", 1),
        entered("Request accepted?", 1, "Choice"),
        exited("Request accepted?", 1, "Choice"),
        entered("Run succeeded", 1, "Succeed"),
    ]

    assert histories.transitions(history) == 4


def test_the_calls_of_a_machine_are_what_it_scheduled() -> None:
    history = [
        scheduled(),
        scheduled("lambda", "invoke.waitForTaskToken"),
        scheduled("states", "startExecution.sync:2"),
    ]

    assert histories.calls(history) == ["lambda:invoke", "lambda:invoke", "states:startExecution"]


def test_the_nested_execution_is_the_one_that_a_state_started() -> None:
    started = {"resourceType": "states", "output": '{"ExecutionArn": "arn:deploy:churn-0"}'}
    waits = {"resourceType": "lambda", "output": '{"StatusCode": 200}'}
    history = [
        {"type": "TaskSubmitted", "taskSubmittedEventDetails": details}
        for details in (waits, started)
    ]

    assert histories.nested(history) == "arn:deploy:churn-0"


def test_a_run_is_taken_apart_into_what_adds_up_to_it() -> None:
    outer = [
        entered("Plan run", 0.1),
        exited("Plan run", 0.3),
        entered("Train", 0.3),
        exited("Train", 1.3),
        entered("Deploy", 1.3),
        exited("Deploy", 3.0),
    ]
    inner = [entered("Smoke test", 2.0), exited("Smoke test", 2.5)]
    run = Run("churn-0", NOON.timestamp(), outer, inner)

    times = latency.times_of(run, first_line=NOON.timestamp() + 0.8)

    assert times == pytest.approx(
        {
            latency.FIRST_LINE: 0.8,
            latency.TESTED: 2.5,
            "Start": 0.1,
            "Plan run": 0.2,
            "Train: to the first line": 0.5,
            "Train: from there": 0.5,
            "Deploy": 1.7,
            "Deploy: Smoke test": 0.5,
        },
        abs=1e-5,
    )


def a_line(**changes: Any) -> str:
    return json.dumps(
        {
            "time": 100.0,
            "seconds": 0.01,
            "status": 200,
            "service": "sagemaker",
            "operation": "CreateTrainingJob",
            "caller": "arn:aws:sts::0:assumed-role/demo-StartTrainingFunctionRole-1A2B/session",
            "agent": "Boto3/1.43 exec-env/AWS_Lambda_python3.13 Botocore/1.43",
        }
        | changes
    )


def test_a_request_is_named_by_its_function_and_operation() -> None:
    lines = [a_line(), a_line(service="s3", operation="PUT /bucket/incoming/a b.csv")]

    assert [str(request) for request in of_functions(lines)] == [
        "StartTraining: sagemaker CreateTrainingJob",
        "StartTraining: s3 PUT",
    ]


def test_what_others_ask_is_not_counted() -> None:
    sweeper = "arn:aws:sts::0:assumed-role/demo-SweepTasksFunctionRole-3C4D/session"
    lines = [
        a_line(agent="Boto3/1.43 Botocore/1.43", caller="arn:aws:iam::0:root"),
        a_line(caller=sweeper),
        a_line(time=99.0),
    ]

    assert of_functions(lines, since=100.0) == []


def test_a_tree_has_the_children_of_children_and_no_strangers() -> None:
    listed = processes.parse(
        ["  10  1 1000", "  30 20  300", "  20 10  200", "  40  1 4000", ""],
    )

    found = processes.tree(10, listed)

    assert sorted(process.pid for process in found) == [10, 20, 30]
    assert sum(process.resident for process in found) == 1500 * 1024
