"""The history of an execution.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import json
from typing import Any

from ministack.services import stepfunctions

from trainwright_local.cloud.repairs import executions

INTEGRATION = "arn:aws:states:::"


def record_tasks_as_aws_does() -> None:
    """Record that a task started, was submitted and timed out, and what came before each event.

    MiniStack records no TaskStarted, TaskSubmitted, TaskTimedOut nor `previousEventId`, and puts
    the whole ARN where AWS has the service and the action.
    """
    add_event = stepfunctions._add_event

    def add(execution: dict[str, Any], kind: str, details: Any = None) -> Any:
        for field in details or {}:
            if field.startswith("task"):
                details[field] |= _service_and_action(details[field].get("resource", ""))
        if kind == "TaskFailed" and details["taskFailedEventDetails"]["error"] == "States.Timeout":
            kind = "TaskTimedOut"
            details = {"taskTimedOutEventDetails": details["taskFailedEventDetails"]}
        event = add_event(execution, kind, details)
        # AWS gives the first state the start for its predecessor by the number 0.
        event["previousEventId"] = event["id"] - 1 if event["id"] > 2 else 0  # noqa: PLR2004
        if kind == "TaskScheduled" and _is_integration(details):
            started = dict(details["taskScheduledEventDetails"])
            add(execution, "TaskStarted", {"taskStartedEventDetails": started})
        return event

    stepfunctions._add_event = add


def task_submitted(resource: str, output: Any) -> None:
    """Record that the service took the request the current task waits for."""
    details = {"resource": resource, "output": json.dumps(output)}
    event = {"taskSubmittedEventDetails": details}
    stepfunctions._add_event(executions.current(), "TaskSubmitted", event)


def _is_integration(details: dict[str, Any]) -> bool:
    return not str(details["taskScheduledEventDetails"]["resource"]).startswith("arn:")


def _service_and_action(resource: str) -> dict[str, str]:
    """Split `arn:aws:states:::lambda:invoke` into the two names that AWS records."""
    if not resource.startswith(INTEGRATION):
        return {}
    service, _, action = resource.removeprefix(INTEGRATION).rpartition(":")
    if service.startswith(
        "states:"
    ):  # the version in `startExecution.sync:2` has a colon of its own
        service, action = "states", f"{service.removeprefix('states:')}:{action}"
    return {"resourceType": service, "resource": action}
