"""`trainwright pipelines plan`: with no cloud, and with a stack whose cache is looked into."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import boto3
import pytest

from tests.unit.cli.conftest import MemoryStacks, Run
from trainwright.aws.pipelines.cache import DynamoStepCache
from trainwright.logic.pipelines.running.caching import cache_key_of
from trainwright.logic.pipelines.running.filled import fill_in
from trainwright.models.pipelines.stored import CacheEntry
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.pipelines import loading
from trainwright_cli.pipelines.predictions import memory_of
from trainwright_cli.pipelines.stack import PipelineStack

CONF = """
    conf:
      models:
        m:
          source_directory: code
          work: {image_uri: images/work:1, entry_point: work.py, channels: train}
      sagemakerPipeline:
        pipelineName: looked
        max_cost: 2
        models:
          m:
            steps:
              - {step_name: first, step_class: Processing, step_type: work, enable_cache: True}
              - {step_name: second, step_class: Processing, step_type: work, enable_cache: True,
                 cache_days: 3, chain_input_source_step: first}
              - {step_name: third, step_class: Processing, step_type: work,
                 chain_input_source_step: first}
"""


@pytest.fixture
def pipeline(tmp_path: Path) -> str:
    """A pipeline in the folder that the command runs in."""
    (tmp_path / "conf.yaml").write_text(dedent(CONF))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "work.py").write_text("")
    return "conf.yaml"


@pytest.fixture
def pipelines(stacks: MemoryStacks) -> PipelineStack:
    """The stack `tw`, with a bucket, an empty cache, and nothing published."""
    boto3.client("s3").create_bucket(Bucket="data")
    boto3.client("dynamodb").create_table(
        TableName="cache",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
    )
    stacks.outputs["tw"] = {
        "DataBucketName": "data",
        "SageMakerRoleArn": "arn:aws:iam::123456789012:role/tw",
        "EventBusName": "tw",
        "PipelineStateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:tw-pipeline",
        "StepsTableName": "steps",
        "StepCacheTableName": "cache",
    }
    return PipelineStack.of(Cloud(Target(stack_name="tw")))


@pytest.fixture
def served(pipelines: PipelineStack, pipeline: str) -> None:
    """What the first step makes has been made by a run of unpublished code like this."""
    cloud = Cloud(Target(stack_name="tw"))
    account = pipelines.account(cloud)
    loaded = loading.load([Path(pipeline)], Path(), account, {})
    bundled = loading.bundle(loaded, account)
    planned = loading.plan(loaded, bundled, account)
    memory = memory_of(cloud, pipelines, account, bundled)
    key, components = cache_key_of(fill_in(planned.steps[0], {}), memory)
    entry = CacheEntry(
        key=key,
        run="looked-0123456789ab",
        created=datetime.now(UTC),
        outputs={"outputs": {"train": "s3://data/made"}},
        components=components,
        contents={},
    )
    DynamoStepCache("cache").keep("looked", "first", entry, 1)


def rows(text: str) -> dict[str, str]:
    """Give the last column of each row of a table."""
    lines = [line.split("  ") for line in text.splitlines()[1:]]
    return {line[0]: line[-1].strip() for line in lines}


def test_without_a_cloud_it_says_what_may_be_served(run: Run, pipeline: str) -> None:
    ended = run("pipelines", "plan", pipeline)

    assert ended.code == 0
    assert rows(ended.out) == {
        "first": "on, for 10 days",
        "second": "on, for 3 days",
        "third": "off",
    }
    assert "The cache may serve first, second: what has the same arguments, image" in ended.err


def test_a_stack_that_cannot_be_reached_is_no_error(run: Run, pipeline: str) -> None:
    ended = run("pipelines", "plan", pipeline, "--stack-name", "tw")

    assert ended.code == 0
    assert rows(ended.out)["first"] == "on, for 10 days"
    assert "No cache was looked into: no region" in ended.err


def test_a_stack_that_is_not_there_is_no_error(
    run: Run, pipeline: str, pipelines: PipelineStack
) -> None:
    ended = run("pipelines", "plan", pipeline, "--stack-name", "other")

    assert ended.code == 0
    assert "No cache was looked into: no stack 'other' on AWS" in ended.err


def test_aws_is_not_asked_about_a_stack_that_nobody_named(
    run: Run, pipeline: str, stacks: MemoryStacks, pipelines: PipelineStack
) -> None:
    stacks.outputs[Target.stack_name] = stacks.outputs["tw"]

    assert rows(run("pipelines", "plan", pipeline).out)["first"] == "on, for 10 days"


def test_what_nobody_did_before_is_done_anew(
    run: Run, pipeline: str, pipelines: PipelineStack
) -> None:
    ended = run("pipelines", "plan", pipeline, "--stack-name", "tw")

    assert rows(ended.out) == {
        "first": "done anew",
        "second": "known after first",
        "third": "off",
    }
    assert "first: it was not done before, or too long ago" in ended.err
    assert "3 steps; at most 1.14 USD of 2.00 USD allowed" in ended.err


def test_what_is_served_costs_nothing(
    run: Run, pipeline: str, pipelines: PipelineStack, served: None
) -> None:
    ended = run("pipelines", "plan", pipeline, "--stack-name", "tw")

    assert rows(ended.out)["first"].startswith("as in looked-0123456789ab, ")
    assert "3 steps, 1 of them done already; at most 0.76 USD of 2.00 USD allowed" in ended.err
    assert "the cap is held against all steps, 1.14 USD" in ended.err
    plan = run("pipelines", "plan", pipeline, "--stack-name", "tw", "--json").json
    assert plan["estimate"]["dollars"] == 0.76
    assert {name: found["verdict"] for name, found in plan["cache"].items()} == {
        "first": "hit",
        "second": "miss",
        "third": "off",
    }


def test_a_run_that_may_cost_too_much_is_refused_once_it_was_shown(
    run: Run, pipeline: str, tmp_path: Path
) -> None:
    text = (tmp_path / pipeline).read_text()
    (tmp_path / pipeline).write_text(text.replace("max_cost: 2", "max_cost: 1"))

    ended = run("pipelines", "plan", pipeline)

    assert ended.code == 4
    assert rows(ended.out).keys() == {"first", "second", "third"}
    assert "max_cost: the run may cost up to 1.14 USD, above 1.00 USD" in ended.err
