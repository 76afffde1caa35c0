"""Plans of small files, as a run on the stack `demo` would have them."""

from collections.abc import Iterable
from typing import Any

from tests.builders import an_account
from tests.unit.pipelines.confs import VALUES
from trainwright.logic.pipelines.planning.code import local_folders
from trainwright.logic.pipelines.planning.plan_pipeline import Planned, plan_pipeline
from trainwright.logic.pipelines.reading.definition import read_pipeline
from trainwright.models.account import Account
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import PlannedStep

RUN = "churn-0123456789ab"


def plan(
    *texts: str, account: Account | None = None, files: Iterable[str] = (), **parameters: Any
) -> Planned:
    """Plan a run of *texts*, with all code published and, of the data, the local *files*."""
    named = [(f"{number}.yaml", text) for number, text in enumerate(texts, 1)]
    reading = read_pipeline(named, VALUES, parameters)
    assert reading.definition is not None, reading.findings
    folders = {folder for step in reading.definition.steps for folder in local_folders(step)}
    staged = {folder: f"s3://shop/code/{folder}/sourcedir.tar.gz" for folder in folders}
    staged |= {name: f"s3://shop/data/{name}" for name in files}
    return plan_pipeline(
        reading.definition, account or an_account(), RUN, reading.parameters, staged
    )


def steps_of(*texts: str, **options: Any) -> dict[str, PlannedStep]:
    """Give the steps of a plan that there must be."""
    planned = plan(*texts, **options)
    assert planned.plan is not None, planned.problems
    return {step.name: step for step in planned.plan.steps}


def complaints(*texts: str, **options: Any) -> list[str]:
    """Give the reasons why there is no plan."""
    return [f"{it.field}: {it.message}" for it in plan(*texts, **options).problems]


def inputs_of(step: PlannedStep) -> dict[str, str]:
    """Give what a processing job reads: the path in the container, and the URI."""
    places = [item["S3Input"] for item in step.request["ProcessingInputs"]]
    return {place["LocalPath"]: place["S3Uri"] for place in places}


def outputs_of(step: PlannedStep) -> dict[str, str]:
    """Give what a processing job keeps: the path in the container, and the URI."""
    outputs = step.request["ProcessingOutputConfig"]["Outputs"]
    return {it["S3Output"]["LocalPath"]: it["S3Output"]["S3Uri"] for it in outputs}


def channels_of(step: PlannedStep) -> dict[str, str]:
    """Give what a training reads: the name of the channel, and the URI."""
    channels: list[JsonObject] = step.request["InputDataConfig"]
    return {it["ChannelName"]: it["DataSource"]["S3DataSource"]["S3Uri"] for it in channels}
