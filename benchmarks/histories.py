"""What the history of an execution tells: transitions, calls of the machine, time in each state."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

type Events = Iterable[Mapping[str, Any]]
"""Of `GetExecutionHistory`, oldest first."""


@dataclass(frozen=True)
class Visit:
    """A state's name, and when it was entered and left."""

    state: str
    entered: datetime
    exited: datetime

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.exited - self.entered).total_seconds()


def transitions(events: Events) -> int:
    """Count what Step Functions charges for: each state entered, and each retry of one."""
    kinds: list[str] = [event["type"] for event in events]
    entered = sum(kind.endswith("StateEntered") for kind in kinds)
    return entered + kinds.count("TaskScheduled") - kinds.count("TaskStateEntered")


def calls(events: Events) -> list[str]:
    """Name the requests that the machine itself sent, such as `lambda:invoke`."""
    scheduled = (e["taskScheduledEventDetails"] for e in events if e["type"] == "TaskScheduled")
    return [f"{task['resourceType']}:{task['resource'].partition('.')[0]}" for task in scheduled]


def nested(events: Events) -> str:
    """Give the ARN of the execution that a state started and waited for."""
    submitted = (e["taskSubmittedEventDetails"] for e in events if e["type"] == "TaskSubmitted")
    started = next(task["output"] for task in submitted if task["resourceType"] == "states")
    return str(json.loads(started)["ExecutionArn"])


def visits(events: Events) -> list[Visit]:
    """Give the states in the order of their end; no two of our states run at once."""
    entered: dict[str, datetime] = {}
    found = []
    for event in events:
        if event["type"].endswith("StateEntered"):
            entered[event["stateEnteredEventDetails"]["name"]] = event["timestamp"]
        elif event["type"].endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            found.append(Visit(name, entered[name], event["timestamp"]))
    return found
