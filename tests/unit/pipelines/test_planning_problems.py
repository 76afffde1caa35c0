"""Why a sound file may have no plan: what only its values, names and numbers show."""

import pytest

from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf
from tests.unit.pipelines.plans import complaints, plan, steps_of

FIT = "- {step_name: fit, step_class: Training}"
PREPARE = "- {step_name: prepare, step_class: Processing, step_type: preprocess}"
TUNE = """
tune:
  image_uri: images/train:1
  entry_point: fit.py
  channels: {train: {dataFiles: [{fileName: s3://shop/train}]}}
  objective: {metric: loss, type: Minimize}
  metrics: [{name: accuracy, regex: "accuracy=(.*)"}]
  ranges: {rate: {type: continuous, minimum: 0, maximum: 1}}
"""


def files(*names: str) -> str:
    return "{dataFiles: [" + ", ".join(f"{{fileName: {name}}}" for name in names) + "]}"


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (
            f"{{train: {files('s3://a/x', 's3://a/y')}}}",
            "has two inputs for the folder 'train'; name their sources",
        ),
        (
            f"{{code: {files('s3://a/x')}}}",
            "has two inputs for the folder 'code'; name their sources",
        ),
        (
            f"{{{', '.join(f'c{n}: ' + files(f's3://a/{n}') for n in range(10))}}}",
            "has 10 inputs; SageMaker takes 9 besides the code",
        ),
        (
            f"{{train: {files('rows.csv')}}}",
            "'rows.csv' is not in S3: publish it with the pipeline",
        ),
    ],
)
def test_what_a_processing_job_cannot_read_is_a_problem(channels: str, expected: str) -> None:
    sections = SECTIONS.replace("channels: train\ntrain", f"channels: {channels}\ntrain")

    assert complaints(a_conf(sections=sections, steps=PREPARE)) == [f"step prepare: {expected}"]


def test_an_evaluation_has_one_channel() -> None:
    sections = SECTIONS.replace(
        "evaluate.py\n  channels: train", "evaluate.py\n  channels: {a: , b: }"
    )
    steps = STEPS.replace(", chain_input_source_step: [predict]", "")

    assert complaints(a_conf(sections=sections, steps=steps)) == [
        "step judge: evaluates one channel; found a, b"
    ]


def test_an_evaluation_reads_a_channel_that_its_source_writes() -> None:
    sections = SECTIONS.replace("evaluate.py\n  channels: train", "evaluate.py\n  channels: test")
    steps = STEPS.replace("[predict]", "[prepare]")

    assert complaints(a_conf(sections=sections, steps=steps)) == [
        "step judge: reads channel 'test', but step 'prepare' writes train"
    ]


def test_a_name_of_a_channel_that_is_too_long_is_a_problem() -> None:
    name = "prepare-" + "x" * 60
    steps = STEPS.replace("prepare", name)

    assert complaints(a_conf(steps=steps)) == [
        f"step fit: its channel '{name}-train' has more than 64 letters"
    ]


def test_a_name_of_a_group_that_is_too_long_is_a_problem() -> None:
    own = f"ModelPackageGroupName: {'x' * 60}\n  ModelRepack"
    steps = f"{FIT}\n- {{step_name: register, step_class: RegisterModel}}"

    assert complaints(a_conf(sections=SECTIONS.replace("ModelRepack", own), steps=steps)) == [
        f"step register: its group 'demo-{'x' * 60}' has more than 63 letters"
    ]


def test_a_tuning_looks_for_its_objective_in_the_log() -> None:
    steps = "- {step_name: tune, step_class: Tuning}"

    assert complaints(a_conf(sections=SECTIONS + TUNE, steps=steps)) == [
        "step tune: objective 'loss' is none of its 'metrics'"
    ]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (
            "max_runtime_seconds: '{% $steps.prepare.seconds %}'",
            (
                "step fit: its time limit must be known before the run; "
                "found '{% $steps.prepare.seconds %}'"
            ),
        ),
        (
            "instance_type: [ml.m5.large, '{% $steps.prepare.exit_message %}']",
            "step fit: has several instance types, which must be known before the run",
        ),
        (
            "instance_count: '{% $parameters.many %}'",
            "step fit.instance_count: must be at most 100; found 1000",
        ),
        (
            "instance_type: '{% $parameters.size %}'",
            (
                "step fit.instance_type[0]: must be an instance type, such as ml.m5.large; "
                "found 'large'"
            ),
        ),
        (
            "hyperparams: {a: '{% $parameters.nothing %}'}",
            "step fit: {% $parameters.nothing %} gives nothing",
        ),
        (
            "hyperparams: {a: '{% $number(\"x\") %}'}",
            "step fit: {% $number(\"x\") %}: could not convert string to float: 'x'",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_said_once(setting: str, expected: str) -> None:
    sections = SECTIONS.replace("train/fit.py", f"train/fit.py\n  {setting}")
    more = """
    parameters:
      many: {type: integer, default: 1000}
      size: {type: string, default: large}
    """

    assert complaints(a_conf(sections=sections, steps=STEPS, more=more)) == [expected]


AGAIN = "- {step_name: again, step_class: Run, pipeline: churn, parameters: {n: 1}}"
ASK = "- {step_name: ask, step_class: Condition, condition: '{% $run.attempt = 1 %}', then: fit}"


def test_a_pipeline_that_runs_itself_can_end() -> None:
    more = "dependencies: [fit >> again]"

    assert complaints(a_conf(steps=f"{FIT}\n{AGAIN}", more=more)) == [
        "step again: runs its own pipeline without end; let a Condition decide about it"
    ]
    assert complaints(a_conf(steps=f"{FIT}\n{ASK}\n{AGAIN}", more=more)) == []


def test_every_problem_of_every_step_is_said() -> None:
    sections = SECTIONS.replace(
        "train/fit.py", "train/fit.py\n  max_runtime_seconds: '{% $run.id %}'"
    )
    sections = sections.replace("s3://shop/churn/test/x.csv", "x.csv")

    assert complaints(a_conf(sections=sections)) == [
        "step fit: its time limit must be known before the run; found '{% $run.id %}'",
        "step predict: 'x.csv' is not in S3: publish it with the pipeline",
    ]


def test_an_instance_type_may_be_what_another_step_said() -> None:
    sections = SECTIONS.replace(
        "train/fit.py", "train/fit.py\n  instance_type: '{% $steps.prepare.exit_message %}'"
    )

    fit = steps_of(a_conf(sections=sections))["fit"]

    assert fit.request["ResourceConfig"]["InstanceType"] == "{% $steps.prepare.exit_message %}"
    assert fit.instance_types == ()
    assert fit.estimate.dollars is None


def test_a_plan_and_problems_exclude_each_other() -> None:
    assert plan(a_conf()).problems == ()
    assert plan(a_conf(sections=SECTIONS.replace("s3://shop/churn", "churn"))).plan is None
