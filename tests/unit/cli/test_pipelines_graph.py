"""`trainwright pipelines graph`: of files, and of a run in the colours of its states."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import boto3
import pytest

from tests.unit.cli.conftest import MemoryStacks, Run
from tests.unit.pipelines.confs import a_conf
from tests.unit.pipelines.plans import plan
from trainwright.aws.pipelines.progress import DynamoProgress
from trainwright.logic.pipelines.running.start_steps import first_records
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.progress import PipelineRun, StepStatus

CONF = """
    conf:
      models:
        m:
          source_directory: code
          work: {image_uri: images/work:1, entry_point: work.py, channels: train}
      sagemakerPipeline:
        pipelineName: drawn
        models:
          m:
            steps:
              - {step_name: first, step_class: Processing, step_type: work}
              - {step_name: second, step_class: Processing, step_type: work,
                 chain_input_source_step: first}
"""


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that the command runs in has a pipeline."""
    (tmp_path / "conf.yaml").write_text(dedent(CONF))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "work.py").write_text("")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def a_run(aws: None, stacks: MemoryStacks) -> str:
    """A run on the stack `tw`, of two steps: the first succeeded, the second failed."""
    boto3.client("dynamodb").create_table(
        TableName="steps",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "run", "AttributeType": "S"},
            {"AttributeName": "step", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "run", "KeyType": "HASH"},
            {"AttributeName": "step", "KeyType": "RANGE"},
        ],
    )
    stacks.outputs["tw"] = {
        "DataBucketName": "data",
        "SageMakerRoleArn": "arn:aws:iam::123456789012:role/tw",
        "EventBusName": "tw",
        "PipelineStateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:tw-pipeline",
        "StepsTableName": "steps",
        "StepCacheTableName": "cache",
    }
    steps = """
- {step_name: first, step_class: Processing, step_type: preprocess}
- {step_name: second, step_class: Processing, step_type: preprocess, chain_input_source_step: first}
"""
    planned = plan(a_conf(steps=steps)).plan
    assert planned is not None
    ended = (StepStatus.SUCCEEDED, StepStatus.FAILED)
    records = [
        record.model_copy(update={"status": status})
        for record, status in zip(first_records(planned), ended, strict=True)
    ]
    ref = PipelineRef(pipeline=planned.pipeline, run=planned.run)
    started = datetime(2026, 1, 1, tzinfo=UTC)
    DynamoProgress("steps").open(PipelineRun(ref=ref, status="Failed", started=started), records)
    return planned.run


@pytest.mark.usefixtures("pipeline")
def test_files_are_drawn_without_a_cloud(run: Run, tmp_path: Path) -> None:
    assert "s0 --> s1" in run("pipelines", "graph").out

    assert run("pipelines", "graph", "-o", "graph.svg").code == 0
    assert "second" in (tmp_path / "graph.svg").read_text()


def test_a_run_is_drawn_in_the_colours_of_its_states(run: Run, a_run: str, tmp_path: Path) -> None:
    target = ("--stack-name", "tw", "--region", "us-east-1")

    drawn = run("pipelines", "graph", "--run", a_run, *target).out
    run("pipelines", "graph", "--run", a_run, "-o", str(tmp_path / "run.svg"), *target)

    assert ":::succeeded\n" in drawn
    assert ":::failed\n" in drawn
    picture = (tmp_path / "run.svg").read_text()
    assert "Processing · Succeeded" in picture
    assert "Processing · Failed" in picture


def test_a_run_has_its_own_files(run: Run) -> None:
    ended = run("pipelines", "graph", "conf.yaml", "--run", "r")

    assert ended.code == 1
    assert "a run has its own files" in ended.err
