"""The app in a local cloud, as those use it who run pipelines."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench import ACCESS_LOG, Bench
from benchmarks.requests import Request
from benchmarks.stack import ASK_SECONDS, RunFailedError, settled_requests
from trainwright.logic.pipelines.running.names import step_execution
from trainwright.models.pipelines.plan import PipelineRef
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.pipelines import loading, publishing
from trainwright_cli.pipelines.stack import PipelineStack

_PATIENCE_SECONDS = 900.0
_OF_STEPS = "-step"
"""What the name of the steps' state machine adds to that of the run's."""


@dataclass(frozen=True)
class PipelineRun:
    """A run that has ended well."""

    ref: PipelineRef
    since: float
    """When it was asked for."""
    seconds: float
    """From the start of its execution to the end of it."""


class PipelineApp:
    """The deployed app."""

    def __init__(self, cloud: Cloud, state: Path) -> None:
        self._cloud, self._state = cloud, state
        self._stack = PipelineStack.of(cloud)

    def publish(self, path: Path) -> str:
        """Publish the pipeline of a file; give its name."""
        account = self._stack.account(self._cloud)
        loaded = loading.load([path], path.parent, account, None)
        publishing.publish(self._cloud, self._stack, loading.bundle(loaded, account))
        return loaded.definition.name

    def run(self, name: str, sleep: float = 0) -> PipelineRun:
        """Run what is published, each step of which sleeps for so many seconds."""
        since = time.time()
        ref = publishing.start(self._cloud, self._stack, name, {"sleep": sleep})
        arn = self._stack.execution_arn(ref.run)
        while (found := self._describe(arn))["status"] == "RUNNING":
            if time.time() > since + _PATIENCE_SECONDS:
                raise RunFailedError(f"{ref.run} does not end")
            time.sleep(ASK_SECONDS)  # asking often would take time from what is measured
        if found["status"] != "SUCCEEDED":
            raise RunFailedError(f"{ref.run}: {found.get('error')}: {found.get('cause')}")
        return PipelineRun(ref, since, (found["stopDate"] - found["startDate"]).total_seconds())

    def histories(self, run: PipelineRun, step: str) -> list[list[dict[str, Any]]]:
        """Give the events of a run's execution, and of that of one step."""
        machine = self._stack.state_machine.replace(":stateMachine:", ":execution:")
        of_step = f"{machine}{_OF_STEPS}:{step_execution(run.ref, step, attempt=1)}"
        return [self._history(arn) for arn in (self._stack.execution_arn(run.ref.run), of_step)]

    def requests(self, run: PipelineRun) -> list[Request]:
        """Give the requests of functions since the run was asked for, once no more come."""
        return settled_requests(self._state / ACCESS_LOG, run.since)

    def _describe(self, arn: str) -> dict[str, Any]:
        return dict(self._cloud.stepfunctions.describe_execution(executionArn=arn))

    def _history(self, arn: str) -> list[dict[str, Any]]:
        pages = self._cloud.stepfunctions.get_paginator("get_execution_history")
        return [dict(e) for page in pages.paginate(executionArn=arn) for e in page["events"]]


@contextmanager
def with_pipelines(bench: Bench, name: str, *, logged: bool = False) -> Iterator[PipelineApp]:
    """Start a cloud and deploy the app to it; requests can be read of one that is *logged*."""
    with bench.cloud(name, logged=logged) as info:
        bench.deploy(info)
        yield PipelineApp(Cloud(Target(), info), bench.scratch / name)
