"""Planning: from an upload to every SageMaker request, or to every problem."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DATA, JOB, RUN, a_manifest, an_account, an_algorithm
from tests.memory import MemoryAlgorithms, MemoryFiles
from trainwright.logic.planning.plan_run import plan_run
from trainwright.models.account import Account
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.message import JsonObject
from trainwright.models.plan import PlannedRun, RunPlan
from trainwright.models.states import PlanRunRequest, Upload
from trainwright.models.storage import S3Place

ROWS = b"a,target\n1,0\n2,1\n3,0\n"
SMOKE = "smoke_tests.own rows"
"""The smoke test of the builders' algorithm: it sends rows of the data."""


def planned(
    objects: dict[str, bytes] | None = None,
    *,
    run_yaml: str = "",
    key: str = DATA + "_SUCCESS",
    algorithm: RegisteredAlgorithm | None = None,
    account: Account | None = None,
) -> PlannedRun:
    """Plan the run of the marker *key* beside *objects*."""
    files = MemoryFiles({DATA + "train/rows.csv": ROWS} if objects is None else objects)
    if run_yaml:
        files.objects_by_key[DATA + "run.yaml"] = run_yaml.encode()
    upload = Upload(bucket="demo-bucket", key=key)
    return plan_run(
        PlanRunRequest(run=RUN.id, execution="arn:execution", upload=upload),
        algorithms=MemoryAlgorithms({"boosting": algorithm or an_algorithm()}),
        data_sets=files,
        account=account or an_account(),
    )


def plan(**asked: Any) -> RunPlan:
    """Plan a run that must be accepted."""
    result = planned(**asked)
    assert result.problems == ()
    assert result.plan
    return result.plan


def problems(**asked: Any) -> dict[str, str]:
    """Plan a run that must be refused, and give its problems by field."""
    result = planned(**asked)
    assert result.plan is None
    return {problem.field: problem.message for problem in result.problems}


def test_the_training_request_is_complete() -> None:
    training = plan().training

    assert training
    request = training.request
    assert request["TrainingJobName"] == JOB
    assert request["AlgorithmSpecification"]["TrainingImage"].endswith(
        ".dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
    )
    assert request["InputDataConfig"] == [
        {
            "ChannelName": "train",
            "ContentType": "text/csv",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": f"s3://demo-bucket/{DATA}train/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
    ]
    assert request["OutputDataConfig"] == {
        "S3OutputPath": "s3://demo-bucket/models/boosting/churn/"
    }
    assert training.wait_seconds == request["StoppingCondition"]["MaxRuntimeInSeconds"] + 3600


def test_defaults_give_way_to_run_yaml() -> None:
    given = "hyperparameters: {rounds: 7}\ntraining: {instance_type: ml.c5.xlarge}\n"

    training = plan(run_yaml=given).training

    assert training
    values = {name: json.loads(v) for name, v in training.request["HyperParameters"].items()}
    assert values["rounds"] == 7
    assert values["objective"] == "auto"
    assert training.request["ResourceConfig"]["InstanceType"] == "ml.c5.xlarge"
    assert training.request["ResourceConfig"]["VolumeSizeInGB"] == 30


def test_a_script_is_named_to_the_framework_toolkit() -> None:
    training = plan().training

    assert training
    values = training.request["HyperParameters"]
    assert json.loads(values["sagemaker_program"]) == "train.py"
    assert json.loads(values["sagemaker_submit_directory"]) == an_algorithm().source


def test_a_container_gets_plain_strings_and_its_own_images() -> None:
    images = {
        "training": f"registry/train@sha256:{1:064}",
        "inference": f"registry/serve@sha256:{2:064}",
    }
    train = a_manifest().model_dump()["train"] | {"entry_point": None}
    own = an_algorithm(framework=None, images=images, train=train)

    result = plan(algorithm=own, run_yaml="hyperparameters: {objective: logistic}")

    assert result.training
    assert result.deployment
    specification = result.training.request["AlgorithmSpecification"]
    assert specification["TrainingImage"] == images["training"]
    assert result.training.request["HyperParameters"] == {"rounds": "100", "objective": "logistic"}
    assert result.deployment.model["PrimaryContainer"]["Image"] == images["inference"]


def test_the_endpoint_serves_what_the_job_will_write() -> None:
    deployment = plan().deployment

    assert deployment
    container = deployment.model["PrimaryContainer"]
    assert container["ModelDataUrl"] == (
        f"s3://demo-bucket/models/boosting/churn/{JOB}/output/model.tar.gz"
    )
    assert container["Environment"]["SAGEMAKER_PROGRAM"] == "inference.py"
    assert deployment.endpoint == "demo-churn"
    assert deployment.endpoint_config["ProductionVariants"][0]["ModelName"] == JOB


def test_the_package_carries_the_same_container_as_the_endpoint() -> None:
    result = plan()

    assert result.registry
    assert result.deployment
    specification = result.registry.package["InferenceSpecification"]
    assert specification["Containers"] == [result.deployment.model["PrimaryContainer"]]
    assert "Tags" not in result.registry.package  # AWS refuses tags on a version of a group


def test_every_resource_carries_the_users_tags_and_ours() -> None:
    result = plan(run_yaml="tags: {team: risk, 'trainwright:run': mine}")

    assert result.training
    assert result.deployment
    for tags in (
        result.training.request["Tags"],
        result.deployment.model["Tags"],
        result.deployment.endpoint_config["Tags"],
        result.deployment.tags,
    ):
        found = {tag["Key"]: tag["Value"] for tag in tags}
        assert found["team"] == "risk"
        assert found["trainwright:run"] == RUN.id


def test_keys_and_networks_reach_every_request_that_has_such_a_field() -> None:
    account = an_account(kms_key="arn:key", subnets=("subnet-1",), security_groups=("sg-1",))
    network = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}

    result = plan(account=account)

    assert result.training
    assert result.deployment
    assert result.registry
    training = result.training.request
    assert training["OutputDataConfig"]["KmsKeyId"] == "arn:key"
    assert training["ResourceConfig"]["VolumeKmsKeyId"] == "arn:key"
    assert training["VpcConfig"] == result.deployment.model["VpcConfig"] == network
    assert result.deployment.endpoint_config["KmsKeyId"] == "arn:key"
    assert result.registry.package["SecurityConfig"] == {"KmsKeyId": "arn:key"}


def test_an_instance_with_disks_of_its_own_takes_no_volume_key() -> None:
    account = an_account(kms_key="arn:key")

    result = plan(account=account, run_yaml="training: {instance_type: ml.c5d.xlarge}")

    assert result.training
    assert "VolumeKmsKeyId" not in result.training.request["ResourceConfig"]


def test_the_smoke_test_reads_the_first_object_of_the_channel() -> None:
    objects = {DATA + "train/b.csv": ROWS, DATA + "train/a.csv": ROWS, DATA + "train/_ok": b"1"}

    deployment = plan(objects=objects).deployment

    assert deployment
    test = deployment.smoke_tests[0]
    assert test.sample
    assert (test.sample.key, test.lines) == (DATA + "train/a.csv", 3)


def test_a_gate_of_null_is_no_gate_and_none_given_is_the_manifests() -> None:
    assert plan(run_yaml="gate: null").gate is None
    gate = plan().gate
    assert gate
    assert gate.minimum == 0.8


def test_deploy_false_plans_no_endpoint_but_a_registration() -> None:
    result = plan(run_yaml="endpoint: {deploy: false}")

    assert result.deployment is None
    assert result.registry is not None


def test_an_algorithm_that_is_only_served_needs_no_data() -> None:
    served = an_algorithm(
        train=None,
        infer=a_manifest().model_dump()["infer"]
        | {"smoke_tests": [{"name": "ping", "body": "1", "content_type": "text/csv"}]},
    )

    result = plan(algorithm=served, objects={}, run_yaml="tags: {a: b}", key=DATA + "run.yaml")

    assert (result.training, result.registry, result.gate) == (None, None, None)
    assert result.deployment
    assert result.deployment.model["PrimaryContainer"]["ModelDataUrl"] == served.artifact


def test_an_algorithm_that_is_only_trained_is_neither_registered_nor_deployed() -> None:
    result = plan(algorithm=an_algorithm(infer=None))

    assert (result.registry, result.deployment) == (None, None)
    assert result.training is not None


def test_every_problem_is_found_at_once() -> None:
    found = problems(
        objects={DATA + "trian/rows.csv": ROWS, DATA + "loose.csv": ROWS},
        run_yaml="hyperparameters: {rounds: 0, objektive: auto}\ngate: {metric: f1, minimum: 1}",
    )

    assert found == {
        "hyperparameters.rounds": "must be at least 1 and at most 1000, is 0",
        "hyperparameters.objektive": "is unknown; did you mean 'objective'?",
        "gate.metric": "is none of validation:score, is 'f1'",
        "channels.trian": "is unknown; did you mean 'train'?",
        "data": "'loose.csv' lies outside the folder of a channel",
        "channels.train": f"is required, and there is no data in s3://demo-bucket/{DATA}train/",
        "smoke_tests.own rows": "reads rows of the channel 'train', which has none",
    }


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("'many'", "must be an integer, is 'many'"),
        ("true", "must be an integer, is True"),
        ("1.5", "must be an integer, is 1.5"),
        ("1001", "must be at least 1 and at most 1000, is 1001"),
    ],
)
def test_a_hyperparameter_that_does_not_fit_is_named(value: str, complaint: str) -> None:
    assert problems(run_yaml=f"hyperparameters: {{rounds: {value}}}") == {
        "hyperparameters.rounds": complaint
    }


def test_a_choice_is_one_of_the_choices() -> None:
    assert problems(run_yaml="hyperparameters: {objective: poisson}") == {
        "hyperparameters.objective": "must be one of 'auto', 'logistic', is 'poisson'"
    }


def test_broken_yaml_is_refused_with_its_place() -> None:
    assert "line 1" in problems(run_yaml="a: [")["run.yaml"]


def test_an_unknown_key_of_run_yaml_is_named() -> None:
    assert set(problems(run_yaml="training: {instanze_type: x}")) == {
        "run.yaml.training.instanze_type"
    }


def test_a_wrong_type_hides_no_other_problem() -> None:
    found = problems(
        run_yaml="hyperparameters: {rounds: [1], objective: poisson, pace: 1}\n"
        "endpoint: {deploy: perhaps, instance_count: 0}"
    )

    assert found.keys() == {
        "run.yaml.hyperparameters.rounds",
        "run.yaml.endpoint.deploy",
        "run.yaml.endpoint.instance_count",
        "hyperparameters.objective",
        "hyperparameters.pace",
    }


def test_an_unknown_algorithm_is_refused_with_what_to_do() -> None:
    found = problems(key="incoming/forest/churn/_SUCCESS")

    assert found == {
        "algorithm": "'forest' is not registered; `trainwright publish forest` does that"
    }


@pytest.mark.parametrize(
    "key",
    [
        "incoming/boosting/churn/../../secrets/_SUCCESS",
        "incoming/boosting/../_SUCCESS",
        "incoming/../boosting/churn/_SUCCESS",
    ],
)
def test_a_key_that_leaves_its_folder_is_refused(key: str) -> None:
    assert "../" in problems(key=key)["key"] or "must be incoming/" in problems(key=key)["key"]


def test_an_object_that_leaves_its_folder_is_refused() -> None:
    objects = {DATA + "train/rows.csv": ROWS, DATA + "train/../../x.csv": ROWS}

    assert "must not contain './' or '../'" in problems(objects=objects)["data"]


def test_an_empty_object_is_no_data() -> None:
    assert "channels.train" in problems(objects={DATA + "train/rows.csv": b""})


def test_awkward_but_legal_keys_are_fine() -> None:
    names = ["a b.csv", "a+b.csv", "100%2F.csv", "größe.csv", "数据.csv"]

    assert plan(objects={f"{DATA}train/{name}": ROWS for name in names})


def test_a_name_that_is_none_is_refused_with_all_else_that_is_wrong() -> None:
    found = problems(
        key="incoming/boosting/Churn/_SUCCESS",
        objects={"incoming/boosting/Churn/trian/rows.csv": ROWS},
    )

    assert {"model", "channels.trian"} <= found.keys()


def test_a_name_too_long_for_sagemaker_says_by_how_much() -> None:
    account = an_account(stack="a-very-long-name-of-a-stack-in-a-large-company")

    assert "characters too long" in problems(account=account)["model"]


def test_a_framework_that_the_region_lacks_is_refused() -> None:
    assert "moon-1" in problems(account=an_account(region="moon-1"))["framework"]


def test_a_request_is_planned_like_an_upload() -> None:
    files = MemoryFiles({"data/train/rows.csv": ROWS})
    request = {"algorithm": "boosting", "model": "churn", "data": "s3://lake/data"}

    result = plan_run(
        PlanRunRequest(run=RUN.id, execution="arn", request=request),
        algorithms=MemoryAlgorithms({"boosting": an_algorithm()}),
        data_sets=files,
        account=an_account(),
    )

    assert result.plan
    assert result.plan.data == S3Place(bucket="lake", key="data/")


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ({"model": "Churn!", "dat": 1}, ["algorithm", "model", "dat"]),
        ({"algorithm": "boosting", "model": "churn"}, ["data", SMOKE]),
        ({"algorithm": "boosting", "model": "churn", "data": "lake"}, ["data", SMOKE]),
        ({"algorithm": "boosting", "model": "Churn!"}, ["model", "data", SMOKE]),
        ({"algorithm": "boosting", "model": "Churn!", "data": "s3://lake/data"}, ["model"]),
    ],
)
def test_a_request_that_is_wrong_is_refused_by_field(
    request_: JsonObject, fields: list[str]
) -> None:
    result = plan_run(
        PlanRunRequest(run=RUN.id, execution="arn", request=request_),
        algorithms=MemoryAlgorithms({"boosting": an_algorithm()}),
        data_sets=MemoryFiles({"data/train/rows.csv": ROWS}),
        account=an_account(),
    )

    assert result.plan is None
    assert [problem.field for problem in result.problems] == fields


@given(st.text(max_size=80))
def test_no_key_breaks_the_planning(tail: str) -> None:
    result = planned(key="incoming/" + tail)

    assert (result.plan is None) == bool(result.problems)


@given(st.text(max_size=200))
def test_no_run_yaml_breaks_the_planning(text: str) -> None:
    result = planned(run_yaml=text)

    assert (result.plan is None) == bool(result.problems)
