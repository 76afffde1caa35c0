"""A run, live: its steps change on the screen, or are told line by line in a pipe."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from trainwright.models.pipelines.progress import StepStatus
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError, ExitCode
from trainwright_cli.output import say, talk
from trainwright_cli.pipelines.rails import Rail, rails
from trainwright_cli.pipelines.records import RunRecords, read_run
from trainwright_cli.pipelines.showing import STYLES, steps_table
from trainwright_cli.pipelines.stack import PipelineStack

_LOCAL_PAUSE, _PAUSE = 0.25, 3.0
_SHARE = 4
"""Reading many steps takes long: the pause is this many times as long, or longer."""
_MAX_ROWS = 40


class Ended(NamedTuple):
    """How a run ended."""

    status: str
    error: str
    reason: str
    records: RunRecords | None

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a command that waited for it."""
        if self.status == "Succeeded":
            return ExitCode.OK
        return ExitCode.REFUSED if self.status == "Refused" else ExitCode.RUN_FAILED


def follow(cloud: Cloud, stack: PipelineStack, run: str, attempt: int | None = None) -> Ended:
    """Show *run* until its execution has ended: that of an attempt, or else the one it has now."""
    arn = _execution_of(cloud, stack, run, attempt)
    pause = _LOCAL_PAUSE if cloud.is_local else _PAUSE
    console = talk()
    told: dict[str, StepStatus] = {}
    graph: Mapping[str, Rail] | None = None
    with Live(console=console, auto_refresh=False, transient=False) as live:
        while True:
            began = time.monotonic()
            execution = _execution(cloud, arn)
            records = read_run(cloud, stack, run)
            if records is not None and console.is_terminal:
                if graph is None:
                    graph = rails({step.step: step.plan.needs for step in records.steps})
                live.update(_screen(records, graph), refresh=True)
            elif records is not None:
                _tell(records, told)
            if execution["status"] != "RUNNING":
                return _ended(execution, records, attempt or 1)
            time.sleep(max(pause, _SHARE * (time.monotonic() - began)))


def _execution_of(cloud: Cloud, stack: PipelineStack, run: str, attempt: int | None) -> str:
    """Name the execution of an attempt; a run that was resumed has that of the last one."""
    if attempt is None and (records := read_run(cloud, stack, run)) and records.run.execution:
        return records.run.execution
    return stack.execution_arn(run if attempt in {None, 1} else f"{run}-{attempt}")


def _execution(cloud: Cloud, arn: str) -> dict[str, Any]:
    try:
        return dict(cloud.stepfunctions.describe_execution(executionArn=arn))
    except cloud.stepfunctions.exceptions.ExecutionDoesNotExist as error:
        raise CliError(f"there is no execution {arn}") from error


def _ended(execution: dict[str, Any], records: RunRecords | None, attempt: int) -> Ended:
    if execution["status"] == "SUCCEEDED":
        return Ended("Succeeded", "", "", records)
    error, reason = execution.get("error", ""), execution.get("cause", "")
    accepted = records is not None and records.run.attempt >= attempt
    if error == "InvalidRequestError" and not accepted:
        return Ended("Refused", error, reason, records)
    status = "Stopped" if execution["status"] == "ABORTED" else "Failed"
    return Ended(status, error, reason, records)


def _screen(records: RunRecords, graph: Mapping[str, Rail]) -> Group:
    """Show the steps that matter now, when there are too many for a screen."""
    steps = list(records.steps)
    ended = sum(step.status.ended for step in steps)
    head = Text(f"{records.run.ref.run}: {ended} of {len(steps)} steps", style="bold")
    if len(steps) > _MAX_ROWS:
        first = next((at for at, step in enumerate(steps) if not step.status.ended), len(steps))
        start = max(0, min(first - _MAX_ROWS // 4, len(steps) - _MAX_ROWS))
        steps = steps[start : start + _MAX_ROWS]
    return Group(head, steps_table(steps, graph))


def _tell(records: RunRecords, told: dict[str, StepStatus]) -> None:
    """Print a line for each step whose status has changed."""
    for step in records.steps:
        quiet = {StepStatus.WAITING, StepStatus.READY}
        if step.status in quiet or told.get(step.step) is step.status:
            continue
        told[step.step] = step.status
        sign, _ = STYLES[step.status]
        reason = f": {escape(step.reason)}" if step.reason else ""
        say(f"{sign} {step.step} {step.status.value.lower()}{reason}")
