"""An execution as it is now: its history, read on from where the last look ended."""

import json
from functools import cached_property
from typing import Any

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.live.history import Event, Execution, read_history

_PAGE = 100


class ExecutionSource:
    """Reads the execution *arn*."""

    def __init__(self, cloud: Cloud, arn: str) -> None:
        self._states = cloud.stepfunctions
        self._arn = arn
        self._events: list[Event] = []

    @cached_property
    def definition(self) -> dict[str, Any]:
        """The definition that the execution follows."""
        found = self._states.describe_state_machine_for_execution(executionArn=self._arn)
        return dict(json.loads(found["definition"]))

    def look(self) -> Execution:
        """Read what is new and give the execution as it is now."""
        known = len(self._events)
        new: list[Event] = []
        # The newest first, so that a look costs one page however long the history is.
        for page in self._states.get_paginator("get_execution_history").paginate(
            executionArn=self._arn, reverseOrder=True, PaginationConfig={"PageSize": _PAGE}
        ):
            new += [event for event in page["events"] if event["id"] > known]
            if not page["events"] or page["events"][-1]["id"] <= known + 1:
                break
        self._events += reversed(new)
        return read_history(self._events)
