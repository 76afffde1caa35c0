"""The plans of steps that are no jobs, and of what numbers that come later are made into."""

import pytest

from tests.builders import an_account
from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf
from tests.unit.pipelines.plans import complaints, steps_of

SERVE = """
- {step_name: serve, step_class: Deploy, model_step: model, endpoint: churn, tags: {team: blue},
   instance_count: 2, smoke_tests: [{name: one row, body: "1,2", content_type: text/csv}]}
"""


def test_a_deployment_has_all_that_the_machine_needs_but_the_names_of_its_try() -> None:
    account = an_account(subnets=("subnet-1",), security_groups=("sg-1",), kms_key="key")

    serve = steps_of(a_conf(steps=STEPS + SERVE), account=account)["serve"]

    assert (serve.action, serve.operation, serve.wait_seconds) == ("deploy", "", 14400)
    assert serve.needs == serve.data_from == ("model",)
    tags = serve.request.pop("tags")
    assert {"Key": "team", "Value": "blue"} in tags
    assert {"Key": "trainwright:step", "Value": "serve"} in tags
    assert serve.request == {
        "model": "churn",
        "container": "{% $steps.`model`.`container` %}",
        "role": "arn:aws:iam::123456789012:role/demo-sagemaker",
        "vpc": {"VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
        "kms_key": "key",
        "instance_type": "ml.m5.large",
        "instance_count": 2,
        "smoke_tests": [
            {
                "name": "one row",
                "file": None,
                "body": "1,2",
                "rows": None,
                "content_type": "text/csv",
                "accept": "application/json",
                "expect": {"json_schema": {}, "max_seconds": 10.0},
            }
        ],
    }


def test_a_gate_is_held_against_the_metrics_of_its_step() -> None:
    ask = """
    - {step_name: ask, step_class: Condition, step: judge, gate: {metric: auc, minimum: 0.9},
       then: register}
    """

    steps = steps_of(a_conf(steps=STEPS + ask.replace("\n    ", "\n")))

    assert steps["ask"].request == {
        "gate": {"metric": "auc", "minimum": 0.9, "maximum": None},
        "metrics": "{% $steps.`judge`.`metrics` %}",
    }
    assert (steps["ask"].action, steps["ask"].wait_seconds) == ("question", 60)
    assert [branch.model_dump() for branch in steps["register"].branches] == [
        {"condition": "ask", "answer": True}
    ]


def test_a_condition_over_parameters_alone_is_decided_by_the_plan() -> None:
    steps = """
    - {step_name: ask, step_class: Condition, condition: "{% $parameters.n > 3 %}", else: fit}
    - {step_name: fit, step_class: Training}
    """
    conf = a_conf(steps=steps, more="parameters: {n: {type: integer, default: 1}}")

    assert steps_of(conf)["ask"].request == {"condition": False}
    assert steps_of(conf, n=4)["ask"].request == {"condition": True}


def test_another_pipeline_gets_its_parameters() -> None:
    run = """
    - {step_name: nested, step_class: Run, pipeline: other, timeout_hours: 0.5,
       parameters: {n: "{% $parameters.n + 1 %}", from: "{% $run.id %}", all: [1, {a: b}]}}
    """

    step = steps_of(a_conf(steps=run, more="parameters: {n: {type: integer, default: 1}}"))[
        "nested"
    ]

    assert (step.action, step.wait_seconds) == ("pipeline", 1800)
    parameters = {"n": 2, "from": "{% $run.id %}", "all": [1, {"a": "b"}]}
    assert step.request == {"pipeline": "other", "parameters": parameters}


def test_every_item_has_a_plan_of_its_own() -> None:
    each = """
    - step_name: each
      step_class: ForEach
      items: [ch, {land: us}]
      steps:
      - {step_name: other, step_class: Run, pipeline: other,
         parameters: {item: "{% $item %}", at: "{% $index %}", run: "{% $item & $run.id %}"}}
    """

    steps = steps_of(a_conf(steps=each))

    assert steps["other-0"].request["parameters"] == {
        "item": "ch",
        "at": 0,
        "run": "{% $item & $run.id %}",
    }
    assert steps["other-1"].request["parameters"]["item"] == {"land": "us"}
    assert steps["other-1"].variables == {
        "parameters": {},
        "item": {"land": "us"},
        "index": 1,
    }


def test_what_is_chained_to_a_for_each_reads_what_each_item_made() -> None:
    steps = """
    - step_name: each
      step_class: ForEach
      items: [1, 2]
      steps: [{step_name: prepare, step_class: Processing, step_type: preprocess}]
    - {step_name: fit, step_class: Training, chain_input_source_step: each}
    """

    channels = steps_of(a_conf(steps=steps))["fit"].request["InputDataConfig"]

    assert [channel["ChannelName"] for channel in channels] == [
        "train",
        "test",
        "prepare-0-train",
        "prepare-1-train",
    ]


LATER = "{% $steps.prepare.seconds %}"
AS_TEXT = "{% $string($steps.prepare.seconds) %}"


@pytest.mark.parametrize(
    ("section", "step", "path"),
    [
        ("train/fit.py", "fit", ("Environment", "N")),
        ("evaluate.py", "judge", ("Environment", "N")),
        ("serve.py", "predict", ("Environment", "N")),
    ],
)
def test_a_variable_is_a_text_whatever_a_step_gives(
    section: str, step: str, path: tuple[str, ...]
) -> None:
    sections = SECTIONS.replace(section, f"{section}\n  env: {{N: '{LATER}', M: 3, T: true, S: s}}")

    request = steps_of(a_conf(sections=sections))[step].request

    assert request["Environment"] == {"N": AS_TEXT, "M": "3", "T": "true", "S": "s"}


def test_variables_of_a_model_are_texts_beside_those_of_its_code() -> None:
    sections = SECTIONS.replace("registry:\n", f"registry:\n  env: {{N: '{LATER}'}}\n")

    container = steps_of(a_conf(sections=sections))["model"].request["PrimaryContainer"]

    assert container["Environment"] == {
        "N": AS_TEXT,
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        "SAGEMAKER_PROGRAM": "serve",
        "SAGEMAKER_REQUIREMENTS": "requirements.txt",
    }


def test_arguments_and_hyperparameters_are_texts_too() -> None:
    given = f"[--n, 3, --fast, true, --late, '{LATER.replace('prepare', 'fit')}']"
    sections = SECTIONS.replace("clean.py", f"clean.py\n  arguments: {given}")
    sections = sections.replace("fit.py", "fit.py\n  hyperparams: {n: '{% $run.attempt %}'}")
    steps = """
    - {step_name: fit, step_class: Training}
    - {step_name: prepare, step_class: Processing, step_type: preprocess}
    """

    found = steps_of(a_conf(sections=sections, steps=steps))

    arguments = found["prepare"].request["AppSpecification"]["ContainerArguments"]
    late = AS_TEXT.replace("prepare", "fit")
    assert arguments == ["--n", "3", "--fast", "true", "--late", late]
    assert found["fit"].request["HyperParameters"]["n"] == "{% $string($run.attempt) %}"


def test_a_model_is_of_the_training_before_it_whatever_its_expressions_read() -> None:
    sections = SECTIONS.replace(
        "registry:\n", "registry:\n  ModelPackageDescription: '{% $steps.first.job %}'\n"
    )
    steps = """
    - {step_name: first, step_class: Training}
    - {step_name: fit, step_class: Training}
    - {step_name: register, step_class: RegisterModel}
    """

    register = steps_of(a_conf(sections=sections, steps=steps))["register"]

    assert set(register.data_from) == {"fit", "first"}
    (container,) = register.request["package"]["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == "{% $steps.`fit`.`model_data` %}"
    assert register.request["package"]["ModelPackageDescription"] == "{% $steps.first.job %}"


def test_what_serves_itself_needs_no_code() -> None:
    sections = SECTIONS.replace("  entry_point: serve.py\n", "").replace('"False"', "True")

    model = steps_of(a_conf(sections=sections))["model"]

    assert model.repack is None
    assert model.request["PrimaryContainer"] == {
        "Image": "images/serve:1",
        "ModelDataUrl": "{% $steps.`fit`.`model_data` %}",
    }


def test_what_is_already_in_s3_is_never_missed() -> None:
    sections = SECTIONS.replace("s3://shop/churn/test/x.csv", "'{% $parameters.place %}'")
    more = "parameters: {place: {type: string, default: 's3://shop/late'}}"

    assert complaints(a_conf(sections=sections, more=more)) == []
    source = steps_of(a_conf(sections=sections, more=more))["predict"].request["TransformInput"]
    assert source["DataSource"]["S3DataSource"]["S3Uri"] == "s3://shop/late"
