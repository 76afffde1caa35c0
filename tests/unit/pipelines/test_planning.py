"""The requests that follow from a file: places in containers, channels, and where results go."""

import pytest

from tests.unit.pipelines.confs import SECTIONS, a_conf
from tests.unit.pipelines.plans import (
    RUN,
    channels_of,
    complaints,
    inputs_of,
    outputs_of,
    steps_of,
)

OURS = f"s3://demo-bucket/pipelines/churn/runs/{RUN}"
CODE = "/opt/ml/processing/input/code"


def test_a_processing_job_finds_its_files_by_name_and_what_it_is_chained_to_by_step() -> None:
    sections = """
    preprocess:
      image_uri: images/prepare:1
      entry_point: prepare/clean.py
      channels:
        train: {dataFiles: [{sourceName: rows, fileName: s3://shop/rows}]}
        test: {dataFiles: [{fileName: s3://shop/test}]}
    train: {image_uri: images/train:1, entry_point: fit.py, channels: train}
    """
    steps = """
    - {step_name: first, step_class: Processing, step_type: preprocess}
    - {step_name: fit, step_class: Training, chain_input_source_step: first}
    - {step_name: last, step_class: Processing, step_type: preprocess,
       chain_input_source_step: [first, fit]}
    """

    last = steps_of(a_conf(sections=sections, steps=steps))["last"]

    assert inputs_of(last) == {
        CODE: "s3://shop/code/code/sourcedir.tar.gz",
        "/opt/ml/processing/input/rows": "s3://shop/rows",
        "/opt/ml/processing/input/test": "s3://shop/test",
        "/opt/ml/processing/input/first-input-train": "{% $steps.`first`.`outputs`.`train` %}",
        "/opt/ml/processing/input/first-input-test": "{% $steps.`first`.`outputs`.`test` %}",
        "/opt/ml/processing/input/fit-input-train": "{% $steps.`fit`.`model_data` %}",
    }
    assert outputs_of(last) == {
        "/opt/ml/processing/output/train": f"{OURS}/last/output/train",
        "/opt/ml/processing/output/test": f"{OURS}/last/output/test",
    }


def test_a_processing_script_runs_as_a_module_and_gets_its_arguments_as_they_are() -> None:
    sections = SECTIONS.replace("clean.py", "clean.py\n  arguments: [--sep, '; rm -rf $HOME']")

    specification = steps_of(a_conf(sections=sections))["prepare"].request["AppSpecification"]

    shell, option, script, name = specification["ContainerEntrypoint"]
    assert (shell, option, name) == ("/bin/sh", "-c", "prepare.clean")
    assert script.endswith('exec python -m prepare.clean "$@"')
    assert specification["ContainerArguments"] == ["--sep", "; rm -rf $HOME"]


def test_each_channel_of_a_training_has_its_own_files() -> None:
    assert channels_of(steps_of(a_conf())["fit"]) == {
        "train": "s3://shop/churn/train",
        "test": "s3://shop/churn/test",
        "prepare-train": "{% $steps.`prepare`.`outputs`.`train` %}",
    }


def test_several_files_in_a_channel_all_arrive() -> None:
    sections = SECTIONS.replace(
        "{dataFiles: [{fileName: s3://SMP_S3BUCKETNAME/churn/train}]}",
        "{dataFiles: [{fileName: s3://SMP_S3BUCKETNAME/a/}, {fileName: data/b.csv}]}",
    )

    fit = steps_of(a_conf(sections=sections), files=["data/b.csv"])["fit"]

    manifest = f"{OURS}/fit/input/train.manifest"
    assert [gathered.model_dump() for gathered in fit.gathered] == [
        {"manifest": manifest, "locations": ("s3://shop/a/", "s3://shop/data/data/b.csv")}
    ]
    (train, test, _) = fit.request["InputDataConfig"]
    assert train["DataSource"]["S3DataSource"]["S3Uri"] == manifest
    kinds = [it["DataSource"]["S3DataSource"]["S3DataType"] for it in (train, test)]
    assert kinds == ["ManifestFile", "S3Prefix"]


def test_a_local_file_that_was_not_published_is_a_problem() -> None:
    conf = a_conf(sections=SECTIONS.replace("s3://SMP_S3BUCKETNAME/churn/test", "data/b.csv"))

    assert complaints(conf) == ["step fit: 'data/b.csv' is not in S3: publish it with the pipeline"]
    assert channels_of(steps_of(conf, files=["data/b.csv"])["fit"])["test"] == (
        "s3://shop/data/data/b.csv"
    )


def test_a_training_gets_its_script_beside_its_hyperparameters_as_json() -> None:
    sections = SECTIONS.replace(
        "train/fit.py",
        "train/fit.py\n  hyperparams: {depth: 3, name: a b, rate: '{% $parameters.rate %}'}",
    )
    conf = a_conf(sections=sections, more="parameters: {rate: {type: number, default: 0.5}}")

    request = steps_of(conf, rate=0.25)["fit"].request

    assert request["HyperParameters"] == {
        "depth": "3",
        "name": '"a b"',
        "rate": "0.25",
        "sagemaker_program": '"fit.py"',
        "sagemaker_submit_directory": '"s3://shop/code/code/train/sourcedir.tar.gz"',
        "sagemaker_region": '"eu-west-1"',
        "sagemaker_container_log_level": "20",
    }
    assert request["OutputDataConfig"] == {"S3OutputPath": f"{OURS}/fit/model"}


def test_spot_waits_longer_than_it_trains_and_keeps_checkpoints() -> None:
    spot = "use_spot_instances: True\n  max_wait_seconds: 9000\n  checkpoint_s3_uri: s3://shop/c"
    sections = SECTIONS.replace("train/fit.py", f"train/fit.py\n  {spot}")

    request = steps_of(a_conf(sections=sections))["fit"].request

    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 3000,
        "MaxWaitTimeInSeconds": 9000,
    }
    assert request["CheckpointConfig"] == {"S3Uri": "s3://shop/c"}


@pytest.mark.parametrize(
    ("prefix", "uri"),
    [
        ("", "{% $steps.`prepare`.`outputs`.`test` %}"),
        ("/x/a.csv/", "{% $steps.`prepare`.`outputs`.`test` & '/x/a.csv' %}"),
    ],
)
def test_a_transform_reads_below_what_it_is_chained_to(prefix: str, uri: str) -> None:
    sections = SECTIONS.replace("channels: train\ntrain", "channels: test\ntrain")
    sections = sections.replace(
        "channels: {test: {dataFiles: [{fileName: s3://shop/churn/test/x.csv}]}}", "channels: test"
    )
    steps = f"""
    - {{step_name: prepare, step_class: Processing, step_type: preprocess}}
    - {{step_name: fit, step_class: Training}}
    - {{step_name: model, step_class: CreateModel}}
    - {{step_name: predict, step_class: Transform, chain_input_source_step: prepare,
       chain_input_additional_prefix: '{prefix}'}}
    """

    request = steps_of(a_conf(sections=sections, steps=steps))["predict"].request

    assert request["ModelName"] == "{% $steps.`model`.`model` %}"
    assert request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"] == uri
    assert request["TransformOutput"]["S3OutputPath"] == f"{OURS}/predict/predictions"


def test_an_evaluation_reads_by_step_and_channel_and_writes_one_report() -> None:
    steps = steps_of(a_conf())

    assert inputs_of(steps["judge"]) == {
        CODE: "s3://shop/code/code/sourcedir.tar.gz",
        "/opt/ml/processing/input/predict-train": "{% $steps.`predict`.`output` %}",
    }
    assert outputs_of(steps["judge"]) == {"/opt/ml/processing/output/": f"{OURS}/judge/evaluation"}
    report = "{% $steps.`judge`.`outputs`.`model_evaluation_metrics` & "
    report += "'/model_evaluation_metrics.json' %}"
    quality = steps["register"].request["package"]["ModelMetrics"]["ModelQuality"]
    assert quality["Statistics"] == {"ContentType": "application/json", "S3Uri": report}
    assert steps["register"].request["report"] == report


def test_without_repacking_the_model_is_the_trainings_own() -> None:
    model = steps_of(a_conf())["model"]

    assert model.repack is None
    container = model.request["PrimaryContainer"]
    assert container["ModelDataUrl"] == "{% $steps.`fit`.`model_data` %}"
    assert container["Environment"]["SAGEMAKER_PROGRAM"] == "serve"


def test_with_repacking_model_and_package_share_the_archive_with_the_code() -> None:
    steps = steps_of(a_conf(sections=SECTIONS.replace('ModelRepack: "False"', "ModelRepack: True")))

    target = f"{OURS}/fit/repacked/model.tar.gz"
    (registered,) = steps["register"].request["package"]["InferenceSpecification"]["Containers"]
    for step, container in (
        (steps["model"], steps["model"].request["PrimaryContainer"]),
        (steps["register"], registered),
    ):
        assert container["ModelDataUrl"] == target
        assert step.repack is not None
        assert step.repack.model_dump() == {
            "model_data": "{% $steps.`fit`.`model_data` %}",
            "code": "s3://shop/code/code/sourcedir.tar.gz",
            "target": target,
        }


def test_a_threshold_needs_an_evaluation_before_it() -> None:
    gate = "ModelRepack: False\n  threshold: {metric: evaluation.accuracy, minimum: 0.9}"
    sections = SECTIONS.replace('ModelRepack: "False"', gate)
    steps = """
    - {step_name: fit, step_class: Training}
    - {step_name: register, step_class: RegisterModel}
    """

    register = steps_of(a_conf(sections=sections))["register"]

    assert register.request["threshold"]["minimum"] == 0.9
    assert complaints(a_conf(sections=sections, steps=steps)) == [
        "step register: has a threshold, but its model has no Metrics step before it"
    ]
