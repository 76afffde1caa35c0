"""Runs that are asked for by events, and those that are refused before they start."""

import json
from typing import Any

import pytest

from tests.unit.pipelines.confs import DIAMOND, SECTIONS, a_conf
from tests.unit.pipelines.memory import MemoryLauncher, World
from tests.unit.pipelines.simulation import REF, Simulation
from trainwright.logic.pipelines.running.begin_run import begin_run
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.start_run import start_pipeline
from trainwright.models.message import Problem
from trainwright.models.pipelines.bundle import Bundle, PublishedFile
from trainwright.models.pipelines.events import PipelineFailed, PipelineRefused
from trainwright.models.pipelines.inbound import PipelineTrigger
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.states import FinishPipelineRequest, PlanPipelineRequest

FIT = "- {step_name: fit, step_class: Training}"


def requested(**detail: Any) -> PipelineTrigger:
    return PipelineTrigger.model_validate(
        {"id": "event-1", "detail": {"pipeline": "churn", **detail}}
    )


def uploaded(key: str, sequencer: str = "1") -> PipelineTrigger:
    found = {"key": key, "version-id": "v", "sequencer": sequencer}
    return PipelineTrigger.model_validate({"detail": {"bucket": {"name": "shop"}, "object": found}})


def test_a_request_starts_a_run_with_its_parameters() -> None:
    launcher = MemoryLauncher()

    started = start_pipeline(requested(parameters={"n": 1}, cause="a person"), launcher=launcher)

    assert launcher.pipelines == {
        started.run: {
            "ref": {"pipeline": "churn", "run": started.run},
            "parameters": {"n": 1},
            "cause": "a person",
            "resume": False,
        }
    }
    assert started.execution.endswith(f":{started.run}")
    assert not started.duplicate


def test_the_same_request_starts_the_same_run() -> None:
    launcher = MemoryLauncher()
    first = start_pipeline(requested(), launcher=launcher)

    again = start_pipeline(requested(), launcher=launcher)
    by_token = [start_pipeline(requested(token=it), launcher=launcher).run for it in "aab"]

    assert (again.run, again.duplicate) == (first.run, True)
    assert by_token[0] == by_token[1] != by_token[2]
    assert len(launcher.pipelines) == 3
    assert launcher.pipelines[first.run]["cause"] == "a request on the bus"


@pytest.mark.parametrize(
    ("key", "pipeline"),
    [("pipelines/churn/conf.yaml", "churn"), ("pipelines/conf.yaml", "pipelines/conf.yaml")],
)
def test_an_upload_starts_a_run_each_time(key: str, pipeline: str) -> None:
    launcher = MemoryLauncher()

    first = start_pipeline(uploaded(key), launcher=launcher)
    second = start_pipeline(uploaded(key, sequencer="2"), launcher=launcher)

    assert first.run != second.run
    request = launcher.pipelines[first.run]
    assert request["ref"]["pipeline"] == pipeline
    assert request["cause"] == f"upload of s3://shop/{key}"


def test_what_was_never_published_is_refused() -> None:
    ref = PipelineRef(pipeline="nothing", run="nothing-0123456789ab")

    begun = begin_run(PlanPipelineRequest(ref=ref, execution="e"), World().ports())

    assert [str(it) for it in begun.problems] == ["pipeline: 'nothing' is not published"]


def test_what_was_uploaded_under_another_name_is_refused() -> None:
    files = (PublishedFile(name="conf.yaml", text=a_conf(steps=FIT)),)
    world = World(Bundle(name="an_other", files=files, staged={"code/train": "s3://shop/code"}))
    ref = PipelineRef(pipeline="an_other", run="an-other-0123456789ab")

    begun = begin_run(PlanPipelineRequest(ref=ref, execution="e"), world.ports())

    assert [str(it) for it in begun.problems] == [
        "pipelineName: is 'churn', but it was uploaded as 'an_other'"
    ]


def test_a_refusal_is_told_with_every_problem() -> None:
    world = World()
    problems = (Problem(field="a", message="is wrong"), Problem(field="b", message="too"))

    ended = finish_run(FinishPipelineRequest(ref=REF, problems=problems), world.ports())

    assert (ended.status, ended.error) == ("Refused", "InvalidRequestError")
    assert world.herald.told == [PipelineRefused(reason="a: is wrong; b: too", problems=problems)]


def test_a_run_that_is_not_there_cannot_go_on() -> None:
    request = PlanPipelineRequest(ref=REF, execution="e", resume=True)

    begun = begin_run(request, World().ports())

    assert [str(it) for it in begun.problems] == [f"resume: there is no run '{REF.run}'"]


def test_a_run_that_broke_before_its_first_step_is_told() -> None:
    world = World()
    cause = json.dumps({"errorType": "ThrottledError", "errorMessage": "slow down"})

    ended = finish_run(
        FinishPipelineRequest(ref=REF, error="States.TaskFailed", cause=cause), world.ports()
    )

    report = f"s3://demo-bucket/pipelines/churn/runs/{REF.run}/report.html"
    assert (ended.status, ended.error, ended.reason) == ("Failed", "ThrottledError", "slow down")
    assert world.herald.told == [
        PipelineFailed(error="ThrottledError", reason="slow down", steps={}, report=report)
    ]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("instance_type: ml.p99.large", "no price is known for ml.p99.large of step 'fit'"),
        (
            "instance_count: '{% $run.attempt %}'",
            "how large step 'fit' is will be known only when it begins",
        ),
    ],
)
def test_a_run_whose_cost_nobody_can_tell_does_not_start(setting: str, expected: str) -> None:
    sections = SECTIONS.replace("train/fit.py", f"train/fit.py\n  {setting}")

    ended = Simulation(steps=FIT, sections=sections, more="max_cost: 100").run()

    assert ended.reason == f"max_cost: the cost cannot be told: {expected}"


def test_a_run_below_its_cap_starts() -> None:
    assert Simulation(steps=FIT, more="max_cost: 100").run().status == "Succeeded"


def test_a_run_that_may_cost_too_much_does_not_start() -> None:
    ended = Simulation(steps=DIAMOND, more="max_cost: 0.5").run()

    assert ended.status == "Refused"
    assert ended.reason == "max_cost: the run may cost up to 1.52 USD, above 0.50 USD"


def test_a_file_with_problems_is_refused_with_all_of_them() -> None:
    ended = Simulation(steps=DIAMOND.replace("Processing", "processing")).run()

    assert ended.status == "Refused"
    assert ended.reason.count("is no step class") == 4
