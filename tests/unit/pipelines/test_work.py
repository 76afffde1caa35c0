"""What a step does when it begins: the request that is sent, and what is waited for."""

import json
from typing import Any

import pytest

from tests.unit.pipelines.begun import At
from tests.unit.pipelines.confs import SECTIONS
from tests.unit.pipelines.memory import World
from tests.unit.pipelines.simulation import REF
from trainwright.models.task import Phase, ResourceState

EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution"
SERVE = """
- {step_name: serve, step_class: Deploy, model_step: model, endpoint: churn, retry: {error: 1},
   smoke_tests: [{name: one, body: "1,2", content_type: text/csv}]}
"""
MODEL = """
- {step_name: fit, step_class: Training}
- {step_name: model, step_class: CreateModel}
"""
RUN = (
    "- {step_name: nested, step_class: Run, pipeline: other, parameters: {n: 1}, retry: {error: 1}}"
)


def ended_well(output: dict[str, Any]) -> ResourceState:
    return ResourceState(phase=Phase.SUCCEEDED, changed=World().time, output=output)


def test_the_files_of_a_channel_are_listed_when_the_step_begins() -> None:
    files = "{fileName: s3://shop/a/}, {fileName: s3://shop/b.csv}"
    sections = SECTIONS.replace("{fileName: s3://SMP_S3BUCKETNAME/churn/train}", files)
    at = At("fit", sections=sections, steps="- {step_name: fit, step_class: Training}")
    for name in ("a/1.csv", "a/2.csv", "b.csv", "c.csv"):
        at.world.store.objects[f"s3://shop/{name}"] = b"rows"

    at.begin()

    manifest = f"s3://demo-bucket/pipelines/churn/runs/{REF.run}/fit/input/train.manifest"
    assert json.loads(at.world.store.objects[manifest]) == [
        {"prefix": "s3://shop/"},
        "a/1.csv",
        "a/2.csv",
        "b.csv",
    ]


def test_of_channels_without_files_the_list_is_empty() -> None:
    files = "{fileName: s3://shop/a/}, {fileName: s3://shop/b/}"
    sections = SECTIONS.replace("{fileName: s3://SMP_S3BUCKETNAME/churn/train}", files)
    at = At("fit", sections=sections, steps="- {step_name: fit, step_class: Training}")

    at.begin()

    manifest = f"s3://demo-bucket/pipelines/churn/runs/{REF.run}/fit/input/train.manifest"
    assert json.loads(at.world.store.objects[manifest]) == [{"prefix": "s3:///"}]


def test_a_job_that_was_there_already_may_have_ended() -> None:
    at = At("fit", steps="- {step_name: fit, step_class: Training}")
    at.begin(token="lost")
    resource = at.world.progress.step(REF.run, "fit").resource
    at.world.callbacks.resources.states[resource] = ended_well({"job": "fit"})

    begun = at.begin()

    assert (begun.did, begun.resource) == ("began", resource)
    assert at.answer == {"job": "fit"}
    assert len(at.world.jobs.created) == 1


def test_a_deployment_has_a_plan_with_names_of_its_try() -> None:
    at = At("serve", steps=MODEL + SERVE)

    begun = at.begin()

    ((execution, plan),) = at.world.launcher.deployments.items()
    assert begun.resource == f"{EXECUTION}:demo-deploy:{execution}"
    assert begun.resource in at.world.callbacks.tasks.waiting
    name = plan["model"]["ModelName"]
    assert execution == f"step-{plan['run']['id']}"
    assert plan["run"].items() >= {"model": "churn", "algorithm": ""}.items()
    assert plan["endpoint"] == "demo-churn"
    assert plan["model"]["PrimaryContainer"]["ModelDataUrl"] == "s3://out/fit"
    assert plan["endpoint_config"]["EndpointConfigName"] == name
    (variant,) = plan["endpoint_config"]["ProductionVariants"]
    assert variant == {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    assert [test["body"] for test in plan["smoke_tests"]] == ["1,2"]


@pytest.mark.parametrize(("step", "steps"), [("serve", MODEL + SERVE), ("nested", RUN)])
def test_who_tries_again_starts_another_execution(step: str, steps: str) -> None:
    at = At(step, steps=steps)
    first = at.begin().resource
    assert at.begin().resource == first  # as if the first had not been heard of

    assert at.fail()

    assert at.begin().resource != first
    assert not at.fail()


def test_another_pipeline_is_started_once_and_told_why() -> None:
    at = At("nested", steps=RUN)

    at.begin()
    at.begin()

    ((run, request),) = at.world.launcher.pipelines.items()
    assert request == {
        "ref": {"pipeline": "other", "run": run},
        "parameters": {"n": 1},
        "cause": f"step 'nested' of run '{REF.run}'",
        "resume": False,
    }


def test_an_execution_that_takes_too_long_is_stopped() -> None:
    at = At("nested", steps=RUN)
    resource = at.begin().resource

    at.fail("States.Timeout", "")

    assert at.world.launcher.stopped == [resource]
    assert at.world.jobs.stopped == []


@pytest.mark.parametrize(
    ("metrics", "answer", "reason"),
    [
        ({"auc": 0.95}, True, ""),
        ({"auc": 0.5}, False, "auc is 0.5, below 0.9"),
        ({}, False, "'auc' is not in the report, which has no numbers"),
    ],
)
def test_a_question_is_answered_by_a_metric(
    metrics: dict[str, float], answer: bool, reason: str
) -> None:
    steps = """
    - {step_name: fit, step_class: Training}
    - {step_name: ask, step_class: Condition, step: fit, gate: {metric: auc, minimum: 0.9},
       then: model}
    - {step_name: model, step_class: CreateModel}
    """
    at = At("ask", steps=steps, outcome=lambda *_: {"job": "fit", "metrics": metrics})

    assert at.begin().did == "done"

    assert at.answer == {"answer": answer, "reason": reason}
