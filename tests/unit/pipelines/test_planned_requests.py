"""Every planned request as SageMaker takes it: held against the service's own model."""

import json
import re
from collections.abc import Iterator

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.validate import ParamValidator

from tests.builders import an_account
from tests.unit.pipelines.confs import SECTIONS, a_conf
from tests.unit.pipelines.plans import steps_of
from trainwright.logic.pipelines.expressions import resolve
from trainwright.logic.pipelines.running.names import work_name
from trainwright.models.account import Account
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import PipelineRef, PlannedStep
from trainwright.models.pipelines.progress import StepRecord, StepStatus
from trainwright_local.sagemaker.api.validation import validate

SERVICE = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))

NETWORK = {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECURE = an_account(subnets=("subnet-1", "subnet-2"), security_groups=("sg-1",), kms_key=KEY)

EVERYTHING = SECTIONS.replace("prepare/clean.py", "prepare/clean.py\n  tags: {team: blue}")
EVERYTHING = EVERYTHING.replace('"False"', "True\n  threshold: {metric: a.b, maximum: 1}")
EVERYTHING += """
tune:
  image_uri: images/train:1
  entry_point: train/fit.py
  channels: {train: {dataFiles: [{fileName: s3://shop/churn/train}]}}
  objective: {metric: accuracy, type: Maximize}
  metrics: [{name: accuracy, regex: "accuracy=([0-9.]+)"}]
  ranges:
    rate: {type: continuous, minimum: 0.001, maximum: 1, scaling: Logarithmic}
    depth: {type: integer, minimum: 1, maximum: 9}
    kind: {type: categorical, values: [a, b, 3]}
  env: {MODE: tune}
"""
STEPS = """
- {step_name: prepare, step_class: Processing, step_type: preprocess}
- {step_name: fit, step_class: Training, chain_input_source_step: [prepare]}
- {step_name: model, step_class: CreateModel}
- {step_name: predict, step_class: Transform}
- {step_name: judge, step_class: Metrics, chain_input_source_step: [predict]}
- {step_name: register, step_class: RegisterModel}
- {step_name: tune, step_class: Tuning}
"""
FULL = a_conf(sections=EVERYTHING, steps=STEPS)

NAMES = {
    "CreateProcessingJob": "ProcessingJobName",
    "CreateTrainingJob": "TrainingJobName",
    "CreateTransformJob": "TransformJobName",
    "CreateHyperParameterTuningJob": "HyperParameterTuningJobName",
    "CreateModel": "ModelName",
}

MADE = {
    "job": "churn-job",
    "model": "churn-model",
    "model_data": "s3://shop/model.tar.gz",
    "output": "s3://shop/predictions",
    "outputs": {"train": "s3://shop/train", "model_evaluation_metrics": "s3://shop/evaluation"},
}


def calls(account: Account | None = None) -> Iterator[tuple[str, str, JsonObject]]:
    """Give each step, operation and request of FULL once its sources have made something."""
    for name, step in steps_of(FULL, account=account).items():
        request = resolve(step.request, {"steps": dict.fromkeys(step.data_from, MADE)})
        if step.operation in NAMES:
            yield name, step.operation, {NAMES[step.operation]: "churn-job"} | request
        else:
            yield name, "CreateModelPackageGroup", request["group"]
            yield name, "CreateModelPackage", request["package"]


@pytest.mark.parametrize("account", [an_account(), SECURE], ids=["plain", "secure"])
def test_every_request_has_the_shape_of_its_operation(account: Account) -> None:
    seen = set()
    for step, operation, request in calls(account):
        shape = shape_of(operation)
        report = ParamValidator().validate(request, shape)
        assert not report.has_errors(), f"{step}: {report.generate_report()}"
        validate(json.loads(json.dumps(request)), shape)  # also patterns, lengths and choices
        seen.add(operation)

    assert seen == {*NAMES, "CreateModelPackageGroup", "CreateModelPackage"}


@pytest.mark.parametrize("stack", ["tw", "a-stack-of-23-characters"[:23]])
def test_names_of_jobs_fit_their_operation_and_begin_with_the_stack(stack: str) -> None:
    ref = PipelineRef(pipeline="churn", run="churn-0123456789ab")
    for name, step in steps_of(FULL).items():
        record = StepRecord(run=ref.run, step=name, status=StepStatus.READY, plan=step, order=0)
        if step.operation in NAMES:
            members = shape_of(step.operation).members
            called = work_name(stack, ref, record)
            later = work_name(stack, ref, record.model_copy(update={"attempt": 2}))
            limits = members[NAMES[step.operation]].metadata
            assert re.fullmatch(limits["pattern"], called)
            assert len(called) <= limits["max"]
            assert called.startswith(f"{stack}-")
            assert called != later


def test_a_request_of_a_wrong_shape_would_be_seen() -> None:
    (_, operation, request), *_ = calls()
    request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = "1"

    report = ParamValidator().validate(request, shape_of(operation))

    assert "InstanceCount" in report.generate_report()


def test_network_key_and_role_reach_every_request() -> None:
    requests = {name: step.request for name, step in steps_of(FULL, account=SECURE).items()}
    tuned = requests["tune"]["TrainingJobDefinition"]

    for job in (requests["prepare"], requests["judge"]):
        assert job["NetworkConfig"]["VpcConfig"] == NETWORK
        assert job["RoleArn"] == SECURE.role
        assert job["ProcessingOutputConfig"]["KmsKeyId"] == KEY
        assert job["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == KEY
    for job in (requests["fit"], tuned):
        assert job["VpcConfig"] == NETWORK
        assert job["RoleArn"] == SECURE.role
        assert job["OutputDataConfig"]["KmsKeyId"] == KEY
        assert job["ResourceConfig"]["VolumeKmsKeyId"] == KEY
    assert requests["predict"]["TransformOutput"]["KmsKeyId"] == KEY
    assert requests["predict"]["TransformResources"]["VolumeKmsKeyId"] == KEY
    assert requests["model"]["VpcConfig"] == NETWORK
    assert requests["model"]["ExecutionRoleArn"] == SECURE.role


def test_what_the_file_says_of_the_network_goes_before_the_stacks_own() -> None:
    security = """conf:
  sagemakerNetworkSecurity:
    role: arn:aws:iam::123456789012:role/own
    subnets: [subnet-9]
    security_groups_id: [sg-9]
    kms_key: own-key
"""
    fit = steps_of(FULL.replace("conf:\n", security, 1), account=SECURE)["fit"].request

    assert fit["VpcConfig"] == {"Subnets": ["subnet-9"], "SecurityGroupIds": ["sg-9"]}
    assert fit["RoleArn"] == "arn:aws:iam::123456789012:role/own"
    assert fit["OutputDataConfig"]["KmsKeyId"] == "own-key"


def test_without_a_network_or_a_key_no_request_speaks_of_one() -> None:
    text = json.dumps([step.request for step in steps_of(FULL).values()])

    assert "Vpc" not in text
    assert "Kms" not in text


def test_every_resource_says_whose_it_is() -> None:
    for name, step in steps_of(FULL).items():
        assert {
            "trainwright:stack": "demo",
            "trainwright:pipeline": "churn",
            "trainwright:run": "churn-0123456789ab",
            "trainwright:step": name,
        }.items() <= tags_of(step).items()
    assert tags_of(steps_of(FULL)["prepare"])["team"] == "blue"


def test_a_tuning_searches_its_ranges_and_leaves_the_rest() -> None:
    request = steps_of(FULL)["tune"].request

    ranges = request["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert ranges == {
        "ContinuousParameterRanges": [
            {"Name": "rate", "MinValue": "0.001", "MaxValue": "1", "ScalingType": "Logarithmic"}
        ],
        "IntegerParameterRanges": [
            {"Name": "depth", "MinValue": "1", "MaxValue": "9", "ScalingType": "Auto"}
        ],
        "CategoricalParameterRanges": [{"Name": "kind", "Values": ["a", "b", "3"]}],
    }
    definition = request["TrainingJobDefinition"]
    assert definition["Environment"] == {"MODE": "tune"}
    assert definition["StaticHyperParameters"]["sagemaker_program"] == '"fit.py"'


def shape_of(operation: str) -> StructureShape:
    """Give what the service takes as the request of *operation*."""
    shape = SERVICE.operation_model(operation).input_shape
    assert shape is not None
    return shape


def tags_of(step: PlannedStep) -> dict[str, str]:
    """Give the tags of what *step* makes."""
    tags = step.request.get("Tags") or step.request["group"]["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}
