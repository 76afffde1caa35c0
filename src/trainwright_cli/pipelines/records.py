"""How far a run is, read from the steps table."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from trainwright.aws.pipelines.items import RUN, run_of, step_of
from trainwright.models.pipelines.progress import PipelineRun, StepRecord
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.pipelines.stack import PipelineStack


class RunRecords(NamedTuple):
    """A run and its steps, in the order of the plan."""

    run: PipelineRun
    steps: tuple[StepRecord, ...]


def read_run(cloud: Cloud, stack: PipelineStack, run: str) -> RunRecords | None:
    """Give what the table has of *run*; None before its steps are written."""
    items = list(_items(cloud, stack.steps_table, run))
    heads = [item for item in items if item["step"]["S"] == RUN]
    if not heads:
        return None
    steps = [step_of(item) for item in items if item["step"]["S"] != RUN]
    head = run_of(heads[0])
    return RunRecords(head, tuple(sorted(steps, key=lambda step: step.order)))


def find_run(cloud: Cloud, stack: PipelineStack, run: str) -> RunRecords:
    """Give what the table has of *run*; a CliError if there is nothing."""
    if (found := read_run(cloud, stack, run)) is None:
        raise CliError(f"no run '{run}': see `trainwright pipelines runs{cloud.options}`")
    return found


def latest_executions(cloud: Cloud, stack: PipelineStack, count: int = 20) -> list[dict[str, Any]]:
    """Give the newest executions of `pipeline`, newest first."""
    found = cloud.stepfunctions.list_executions(
        stateMachineArn=stack.state_machine, maxResults=count
    )
    return [dict(execution) for execution in found["executions"]]


def newest_run(cloud: Cloud, stack: PipelineStack) -> str:
    """Name the run that was started last."""
    latest = latest_executions(cloud, stack, 1)
    if not latest:
        raise CliError("there is no run yet: start one with `trainwright pipelines run`")
    return run_of_execution(latest[0]["name"])


def run_of_execution(name: str) -> str:
    """Name the run of an execution: those of later attempts have a number at their end."""
    head, _, number = name.rpartition("-")
    return head if number.isdigit() and len(number) < 4 else name  # noqa: PLR2004 - not a digest


def _items(cloud: Cloud, table: str, run: str) -> Iterator[dict[str, Any]]:
    pages = cloud.dynamodb.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="#run = :run",
        ExpressionAttributeNames={"#run": "run"},
        ExpressionAttributeValues={":run": {"S": run}},
    )
    for page in pages:
        yield from page["Items"]
