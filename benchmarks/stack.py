"""The app in a local cloud, with an algorithm that sleeps: run it, and read how the run went."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import histories
from benchmarks.bench import ACCESS_LOG, Bench
from benchmarks.requests import Request, of_functions
from trainwright.logic.planning.location import SETTINGS
from trainwright_cli import endpoints, executions, log_tail, packages, publishing, uploads
from trainwright_cli.cloud_access import Cloud, Target

SLEEPER = Path(__file__).parent / "sleeper"
ASK_SECONDS = 0.25
PATIENCE_SECONDS = 300.0
QUIET_SECONDS = 3.0
"""A run's last requests come a little after its end; when so long nothing came, that was all."""


class RunFailedError(Exception):
    """A run did not succeed, so that there is nothing to measure."""


@dataclass(frozen=True)
class Run:
    """A run that has ended well."""

    id: str
    uploaded: float
    """When the upload of the object that started it began."""
    train_deploy: list[dict[str, Any]]
    """The history of the outer execution."""
    deploy: list[dict[str, Any]]
    """The history of the nested one."""


class Stack:
    """The deployed app."""

    def __init__(self, cloud: Cloud, state: Path) -> None:
        self.cloud = cloud
        self._state = state

    def run(self, model: str, seconds: float) -> Run:
        """Train for so many *seconds*, deploy, test; give the run when it has ended."""
        bucket, prefix = self.cloud.stack.bucket, uploads.prefix_of(SLEEPER.name, model)
        settings = json.dumps({"hyperparameters": {"seconds": seconds}})  # JSON is YAML too
        self.cloud.s3.put_object(Bucket=bucket, Key=f"{prefix}train/rows.csv", Body=b"a\n1\n")
        uploaded, key = time.time(), f"{prefix}{SETTINGS}"
        put = self.cloud.s3.put_object(Bucket=bucket, Key=key, Body=settings.encode())
        # Asking often would take processor time from what is measured.
        run = executions.run_of_upload(self.cloud, key, put["VersionId"], every=ASK_SECONDS)
        _until(lambda: self._has_succeeded(run), seconds + PATIENCE_SECONDS)
        outer = self._history(executions.execution_arn(self.cloud.stack.state_machine, run))
        return Run(run, uploaded, outer, self._history(histories.nested(outer)))

    def first_line(self, run: Run) -> float:
        """Say when the training script of *run* printed its first line, by its own clock."""
        job = f"{self.cloud.stack_name}-{run.id}"
        lines = log_tail.LogTail(self.cloud, log_tail.TRAINING_JOBS, f"{job}/").new_lines()
        return next(
            float(line.message.rpartition(" ")[2])
            for line in lines
            if line.message.startswith("first line at ")
        )

    def requests(self, run: Run) -> list[Request]:
        """Give the requests of functions since the upload of *run*, once no more come."""
        return settled_requests(self._state / ACCESS_LOG, run.uploaded)

    def delete_endpoint(self, model: str) -> None:
        """Stop serving *model*."""
        endpoints.delete(self.cloud, f"{self.cloud.stack_name}-{model}")

    def _has_succeeded(self, run: str) -> bool:
        found = executions.describe(self.cloud, run)
        if found["status"] not in {"RUNNING", "SUCCEEDED"}:
            raise RunFailedError(f"{run}: {found.get('error')}: {found.get('cause')}")
        return bool(found["status"] == "SUCCEEDED")

    def _history(self, arn: str) -> list[dict[str, Any]]:
        pages = self.cloud.stepfunctions.get_paginator("get_execution_history")
        return [dict(e) for page in pages.paginate(executionArn=arn) for e in page["events"]]


@contextmanager
def deployed(bench: Bench, name: str) -> Iterator[Stack]:
    """Start a cloud, deploy the app to it and publish the sleeping algorithm."""
    with bench.cloud(name, logged=True) as info:
        bench.deploy(info)
        stack = Stack(Cloud(Target(), info), bench.scratch / name)
        publish_sleeper(stack.cloud)
        yield stack


def settled_requests(log: Path, since: float) -> list[Request]:
    """Give the requests of functions from *since* on, once no more come."""
    found = of_functions(log.read_text().splitlines(), since)
    while time.time() < found[-1].time + QUIET_SECONDS:
        time.sleep(0.2)
        found = of_functions(log.read_text().splitlines(), since)
    return found


def publish_sleeper(cloud: Cloud) -> None:
    """Publish the sleeping algorithm as `trainwright publish` does."""
    answer = publishing.wait_for(cloud, publishing.publish(cloud, packages.read(SLEEPER)))
    if not answer.accepted:
        raise RunFailedError(f"{SLEEPER.name} was refused: {answer.problems}")


def _until(look: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise RunFailedError(f"nothing within {seconds:g} s")
        time.sleep(ASK_SECONDS)
