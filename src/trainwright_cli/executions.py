"""The executions of the stack's state machines, by the run's name."""

import json
import time
from collections.abc import Iterator
from typing import Any

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError

_LATEST = 20


def execution_arn(state_machine: str, name: str) -> str:
    """Name the execution *name* of *state_machine*."""
    return f"{state_machine.replace(':stateMachine:', ':execution:')}:{name}"


def newest_run(cloud: Cloud) -> str:
    """Name the run that was started last."""
    latest = cloud.stepfunctions.list_executions(
        stateMachineArn=cloud.stack.state_machine, maxResults=1
    )["executions"]
    if not latest:
        raise CliError("there is no run yet: start one with `trainwright upload`")
    return latest[0]["name"]


def describe(cloud: Cloud, run: str) -> dict[str, Any]:
    """Describe the execution of *run*; a CliError if there is none."""
    arn = execution_arn(cloud.stack.state_machine, run)
    try:
        return dict(cloud.stepfunctions.describe_execution(executionArn=arn))
    except (
        cloud.stepfunctions.exceptions.ExecutionDoesNotExist,
        cloud.stepfunctions.exceptions.InvalidArn,
    ) as error:
        raise CliError(f"no run '{run}': see `trainwright runs{cloud.options}`") from error


def run_of_upload(
    cloud: Cloud, key: str, version: str, *, patience_seconds: float = 60, every: float = 0.2
) -> str:
    """Wait for the run that the upload of *key* in its *version* starts, and name it."""
    deadline = time.monotonic() + patience_seconds
    seen: set[str] = set()
    while time.monotonic() < deadline:
        for name, request in _new_requests(cloud, seen):
            upload = request.get("upload") or {}
            if (upload.get("key"), upload.get("version")) == (key, version):
                return name
        time.sleep(every)
    raise CliError(
        f"the upload is there, but has started no run within {patience_seconds:g} s: "
        f"look for it in `trainwright runs{cloud.options}`, or in the log of StartRunFunction"
    )


def _new_requests(cloud: Cloud, seen: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    latest = cloud.stepfunctions.list_executions(
        stateMachineArn=cloud.stack.state_machine, maxResults=_LATEST
    )["executions"]
    for execution in latest:
        if execution["name"] not in seen:
            seen.add(execution["name"])
            yield execution["name"], json.loads(describe(cloud, execution["name"])["input"])
