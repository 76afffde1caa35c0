"""Pipelines that tune, that train on spot instances, and that are wide or long."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.stack.pipelines import Author
from tests.integration.stack.stack import Stack, until
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.pipelines.records import read_run

FIT = """
import argparse, os, pathlib, time
asked = argparse.ArgumentParser()
asked.add_argument("--rate", type=float, default=0.5)
rate = asked.parse_known_args()[0].rate
print(f"score={1 - rate};")
pathlib.Path(os.environ["SM_MODEL_DIR"], "rate.txt").write_text(str(rate))
seen = pathlib.Path("/opt/ml/checkpoints/seen")
if seen.parent.is_dir():
    print(f"went_on={int(seen.exists())};")
    if not seen.exists():
        seen.write_text("once")
        time.sleep(120)
"""


@pytest.fixture
def author(tmp_path: Path, stack: Stack, commands: Cloud) -> Author:
    found = Author(tmp_path, commands)
    stack.put("rows/a.csv", b"1,2")
    (tmp_path / "code" / "fit.py").write_text(FIT)
    return found


def test_a_tuning_gives_its_best_model_to_the_next_step(author: Author, stack: Stack) -> None:
    steps = """
          - {step_name: search, step_class: Tuning}
          - {step_name: after, step_class: Processing, step_type: work,
             chain_input_source_step: search}
"""
    author.publish("tuned", steps)

    found = author.run("tuned")

    assert found.ended.status == "Succeeded", found.ended
    best = found.steps["search"].outputs
    assert best["metrics"]["score"] == pytest.approx(1 - float(best["hyperparameters"]["rate"]))
    job = stack.client("sagemaker").describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=best["job"]
    )
    assert job["TrainingJobStatusCounters"]["Completed"] == 3
    made = found.steps["after"].outputs["outputs"]["train"].partition(f"{stack.bucket}/")[2]
    assert "search-input-train" in stack.text(f"{made}/inputs.txt").split()


def test_a_training_that_loses_its_spot_instance_goes_on_from_its_checkpoint(
    author: Author,
) -> None:
    author.publish("spot", "          - {step_name: fit, step_class: Training}\n")

    found = author.run("spot")

    assert found.ended.status == "Succeeded", found.ended
    assert found.steps["fit"].outputs["metrics"]["went_on"] == 1


def test_forty_steps_side_by_side_all_end_before_what_joins_them(author: Author) -> None:
    names = [f"w{number}" for number in range(40)]
    steps = condition("root", names)
    steps += "".join(condition(name, ["join"]) for name in names)
    steps += "          - {step_name: join, step_class: Processing, step_type: work}\n"
    author.publish("wide", steps)

    found = author.run("wide")

    assert found.ended.status == "Succeeded", found.ended
    assert found.statuses == dict.fromkeys(["root", *names, "join"], "Succeeded")
    assert found.steps["join"].started is not None
    ends = [found.steps[name].ended for name in names]
    assert all(end is not None and end <= found.steps["join"].started for end in ends)


@pytest.mark.timeout(600)
def test_a_chain_of_a_thousand_steps_comes_to_its_end(
    author: Author, commands: Cloud, record_property: Callable[[str, object], None]
) -> None:
    names = [f"s{number}" for number in range(999)]
    steps = "".join(
        condition(name, [later]) for name, later in zip(names, [*names[1:], "last"], strict=True)
    )
    steps += "          - {step_name: last, step_class: Processing, step_type: work}\n"
    author.publish("chain", steps)
    begun = time.monotonic()
    run = author.start("chain")
    execution = author.stack.execution_arn(run)

    def ended() -> str:
        found = commands.stepfunctions.describe_execution(executionArn=execution)
        return "" if found["status"] == "RUNNING" else found["status"]

    assert until(ended, "the end of the chain", 570, pause=2) == "SUCCEEDED"

    record_property("seconds a step", (time.monotonic() - begun) / 1000)
    records = read_run(commands, author.stack, run)
    assert records is not None
    assert {step.status.value for step in records.steps} == {"Succeeded"}
    assert len(list(records.steps)) == 1000


def condition(name: str, then: list[str]) -> str:
    """Write a step that does nothing, before those of *then*."""
    following = ", ".join(then)
    return f"""
          - {{step_name: {name}, step_class: Condition, condition: True, then: [{following}]}}
"""
