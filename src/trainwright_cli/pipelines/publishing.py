"""A bundle to the stack's bucket, and runs started from there."""

import itertools
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from trainwright.logic.pipelines.running.names import (
    execution_input,
    pipeline_execution,
    pipeline_run,
)
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.progress import PipelineRun
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.pipelines.bundling import Bundled
from trainwright_cli.pipelines.records import find_run
from trainwright_cli.pipelines.stack import PipelineStack

_SOURCE = "trainwright.cli"
_FILES = ("pipeline.json", "conf.yaml")
_PATIENCE_SECONDS = 60.0


def publish(cloud: Cloud, stack: PipelineStack, bundled: Bundled) -> list[str]:
    """Upload what is not there yet, and the bundle last; give the keys that were new."""
    root = f"pipelines/{bundled.bundle.name}"
    sent = []
    for part in bundled.parts:
        key = f"{root}/{part.key}"
        if not _is_there(cloud, stack.bucket, key):
            cloud.s3.put_object(Bucket=stack.bucket, Key=key, Body=part.body)
            sent.append(key)
    key = f"{root}/pipeline.json"
    body = bundled.bundle.model_dump_json(indent=1).encode()
    cloud.s3.put_object(Bucket=stack.bucket, Key=key, Body=body, ContentType="application/json")
    return [*sent, key]


def unpublish(cloud: Cloud, stack: PipelineStack, name: str) -> list[str]:
    """Take *name* away, and what starts it; give the names of what started it."""
    root = f"pipelines/{name}"
    there = [
        f"{root}/{file}" for file in _FILES if _is_there(cloud, stack.bucket, f"{root}/{file}")
    ]
    if not there:
        raise CliError(f"'{name}' is not published")
    started_by = _triggers(cloud, stack, name)
    for key in there:
        cloud.s3.delete_object(Bucket=stack.bucket, Key=key)
    if started_by:
        _wait_until_untied(cloud, stack, name)
    return started_by


def published(cloud: Cloud, stack: PipelineStack) -> list[str]:
    """Name every pipeline that is published."""
    pages = cloud.s3.get_paginator("list_objects_v2").paginate(
        Bucket=stack.bucket, Prefix="pipelines/", Delimiter="/"
    )
    folders = [it["Prefix"] for page in pages for it in page.get("CommonPrefixes", ())]
    return [
        folder.split("/")[1]
        for folder in folders
        if any(_is_there(cloud, stack.bucket, f"{folder}{file}") for file in _FILES)
    ]


def start(
    cloud: Cloud, stack: PipelineStack, name: str, parameters: Mapping[str, Any]
) -> PipelineRef:
    """Start a run of what is published under *name*."""
    if not _is_there(cloud, stack.bucket, f"pipelines/{name}/pipeline.json") and not _is_there(
        cloud, stack.bucket, f"pipelines/{name}/conf.yaml"
    ):
        raise CliError(f"'{name}' is not published: see `trainwright pipelines publish`")
    ref = pipeline_run(name, f"{time.time_ns()}", uuid.uuid4().hex)
    request = execution_input(ref, parameters, "the command line")
    cloud.stepfunctions.start_execution(
        stateMachineArn=stack.state_machine, name=ref.run, input=json.dumps(request)
    )
    return ref


def resume(cloud: Cloud, stack: PipelineStack, run: str) -> int:
    """Start the next attempt of *run*; give the number that its execution's name ends with."""
    found = find_run(cloud, stack, run).run
    _check_resumable(cloud, found)
    request = execution_input(found.ref, found.parameters, "resumed", resume=True)
    for attempt in itertools.count(found.attempt + 1):
        try:
            cloud.stepfunctions.start_execution(
                stateMachineArn=stack.state_machine,
                name=pipeline_execution(found.ref, attempt),
                input=json.dumps(request),
            )
        except cloud.stepfunctions.exceptions.ExecutionAlreadyExists:
            continue  # it ended before it could begin the attempt
        break
    return attempt


def _check_resumable(cloud: Cloud, run: PipelineRun) -> None:
    """Refuse here what the execution would refuse, so that no attempt's name is used up."""
    again = f"`trainwright pipelines run {run.ref.pipeline}{cloud.options}`"
    if run.status == "Succeeded":
        raise CliError(f"{run.ref.run} succeeded, there is nothing to resume; anew: {again}")
    try:
        execution = cloud.stepfunctions.describe_execution(executionArn=run.execution)
    except cloud.stepfunctions.exceptions.ExecutionDoesNotExist:
        return  # AWS forgets it after 90 days, the table does not
    if execution["status"] == "RUNNING":
        raise CliError(f"{run.ref.run} has not ended: only a run that has ended can be resumed")


def stop(cloud: Cloud, stack: PipelineStack, run: str, reason: str) -> None:
    """Stop *run*; what costs money is stopped with it."""
    found = find_run(cloud, stack, run).run
    cloud.stepfunctions.stop_execution(
        executionArn=found.execution, error="RunStoppedError", cause=reason
    )


def answer(cloud: Cloud, stack: PipelineStack, detail: Mapping[str, Any]) -> None:
    """Send a person's answer to an Approve step."""
    sent = cloud.events.put_events(
        Entries=[
            {
                "EventBusName": stack.event_bus,
                "Source": _SOURCE,
                "DetailType": "Approval Given",
                "Detail": json.dumps(dict(detail)),
            }
        ]
    )
    if sent["FailedEntryCount"]:
        raise CliError(f"the answer was not taken: {sent['Entries'][0].get('ErrorMessage')}")


def fetch_report(cloud: Cloud, stack: PipelineStack, ref: PipelineRef) -> bytes:
    """Give the page of a run."""
    key = f"pipelines/{ref.pipeline}/runs/{ref.run}/report.html"
    if not _is_there(cloud, stack.bucket, key):
        raise CliError(f"run {ref.run} has no page: it is written when a run ends")
    return cloud.s3.get_object(Bucket=stack.bucket, Key=key)["Body"].read()


def _triggers(cloud: Cloud, stack: PipelineStack, name: str) -> list[str]:
    key = f"pipelines/{name}/registration.json"
    if not _is_there(cloud, stack.bucket, key):
        return []
    found = cloud.s3.get_object(Bucket=stack.bucket, Key=key)["Body"].read()
    return list(json.loads(found)["triggers"])


def _wait_until_untied(cloud: Cloud, stack: PipelineStack, name: str) -> None:
    """Wait for the stack to take away what starts *name*: it can only while it is there."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while left := _triggers(cloud, stack, name):
        if time.monotonic() > deadline:
            raise CliError(f"the stack has not taken away {', '.join(left)}: see its dead letters")
        time.sleep(0.2 if cloud.is_local else 1)


def _is_there(cloud: Cloud, bucket: str, key: str) -> bool:
    found = cloud.s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return any(item["Key"] == key for item in found.get("Contents", []))
