"""Executions that once ran, played again: what Step Functions recorded, at the pace of a test."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from trainwright_cli.cloud_access import Cloud, Stack, Target
from trainwright_cli.live.history import Event

_HERE = Path(__file__).parent
_STATE_MACHINES = _HERE.parents[2] / "statemachines"
_ARN = "arn:aws:states:us-east-1:000000000000"


def recorded(name: str) -> list[Event]:
    """Read the history *name*: GetExecutionHistory without the inputs of the states."""
    events = json.loads((_HERE / "histories" / f"{name}.json").read_text())
    return [e | {"timestamp": datetime.fromisoformat(e["timestamp"])} for e in events]


def definition(name: str) -> dict[str, Any]:
    """Read a state machine of the repository."""
    return dict(yaml.safe_load((_STATE_MACHINES / f"{name}.asl.yaml").read_text()))


class _ExecutionDoesNotExistError(Exception):
    """There is no such execution."""


class _Exceptions:
    ExecutionDoesNotExist = _ExecutionDoesNotExistError
    InvalidArn = ValueError


@dataclass
class ReplayedStates:
    """Step Functions, as far as watching needs it; *now* decides how much has happened."""

    histories: dict[str, list[Event]]
    now: datetime
    exceptions: type = _Exceptions
    pages_read: int = 0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=max(seconds, 0.25))

    def get_paginator(self, operation: str) -> "ReplayedStates":
        assert operation == "get_execution_history"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        assert asked["reverseOrder"]
        size = asked["PaginationConfig"]["PageSize"]
        history = self.histories[asked["executionArn"]]
        seen = [event for event in history if event["timestamp"] <= self.now][::-1]
        for start in range(0, max(len(seen), 1), size):
            self.pages_read += 1
            yield {"events": seen[start : start + size]}

    def describe_state_machine_for_execution(self, **asked: str) -> dict[str, str]:
        name = "deploy" if ":trainwright-deploy:" in asked["executionArn"] else "train_deploy"
        return {"definition": json.dumps(definition(name))}

    def describe_execution(self, **asked: str) -> dict[str, str]:
        if asked["executionArn"] not in self.histories:
            raise _ExecutionDoesNotExistError
        return {"status": "RUNNING", "executionArn": asked["executionArn"]}

    def list_executions(self, **_: object) -> dict[str, list[dict[str, str]]]:
        return {"executions": [{"name": arn.rpartition(":")[2]} for arn in self.histories][:1]}


@dataclass
class ReplayedTables:
    """DynamoDB with the record of the run."""

    item: dict[str, Any] = field(default_factory=dict)

    def get_item(self, **_: object) -> dict[str, Any]:
        return {"Item": self.item} if self.item else {}


class _NoLogGroup:
    ResourceNotFoundException = KeyError


@dataclass
class ReplayedJobs:
    """SageMaker and CloudWatch Logs with one training job that has printed *lines*."""

    lines: list[str]
    status: str = "Training"
    exceptions: type = _NoLogGroup

    def describe_training_job(self, **_: str) -> dict[str, Any]:
        metrics = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}]
        return {
            "SecondaryStatus": self.status,
            "AlgorithmSpecification": {"MetricDefinitions": metrics},
        }

    def get_paginator(self, operation: str) -> "ReplayedJobs":
        assert operation == "describe_log_streams"
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        return [{"logStreams": [{"logStreamName": f"{asked['logStreamNamePrefix']}algo-1"}]}]

    def get_log_events(self, **asked: Any) -> dict[str, Any]:
        new = self.lines[int(asked.get("nextToken", 0)) :]
        events = [{"timestamp": 0, "message": line} for line in new]
        return {"events": events, "nextForwardToken": str(len(self.lines))}


def a_replay(
    name: str,
    *,
    run: str = "churn-0123456789ab",
    item: dict[str, Any] | None = None,
    lines: tuple[str, ...] = (),
) -> tuple[Cloud, ReplayedStates]:
    """Give a cloud in which *run* repeats the history *name*, and the clock of it."""
    machine = f"{_ARN}:stateMachine:trainwright-train-deploy"
    events = recorded(name)
    arn = f"{_ARN}:execution:trainwright-train-deploy:{run}"
    states = ReplayedStates({arn: events}, now=events[0]["timestamp"])
    for event in events:
        answer = event.get("taskSubmittedEventDetails", {}).get("output", "")
        if '"ExecutionArn"' in answer:
            states.histories[json.loads(answer)["ExecutionArn"]] = recorded(f"{name}_deploy")
    cloud = Cloud(Target())
    jobs = ReplayedJobs(list(lines))
    vars(cloud).update(
        stack=Stack("trainwright", "bucket", "runs", machine),
        stepfunctions=states,
        dynamodb=ReplayedTables(item or {}),
        sagemaker=jobs,
        logs=jobs,
    )
    return cloud, states
