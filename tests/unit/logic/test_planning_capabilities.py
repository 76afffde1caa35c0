"""Planning what an algorithm can do, in which image, and how its endpoint answers."""

from typing import Any

import pytest

from tests.builders import DATA, JOB, RUN, a_manifest, an_account, an_algorithm
from tests.memory import MemoryAlgorithms, MemoryFiles
from trainwright.logic.planning.plan_run import plan_run
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.plan import PlannedRun, RunPlan
from trainwright.models.states import PlanRunRequest, Upload
from trainwright.models.storage import S3Place

ROWS = {"train/rows.csv": b"a,target\n1,0\n2,1\n3,0\n"}
PUSHED = {
    ("faces", "cpu"): f"registry/demo-faces@sha256:{1:064}",
    ("faces", "gpu"): f"registry/demo-faces@sha256:{2:064}",
    ("faces", "arm64"): f"registry/demo-faces@sha256:{4:064}",
    ("small", "cpu"): f"registry/demo-small@sha256:{3:064}",
}


def planned(
    algorithm: RegisteredAlgorithm, run_yaml: str = "", objects: dict[str, bytes] | None = None
) -> PlannedRun:
    """Plan a run of *algorithm* with the *objects* of its data set."""
    files = {DATA + path: body for path, body in (ROWS if objects is None else objects).items()}
    files[DATA + "run.yaml"] = run_yaml.encode()
    upload = Upload(bucket="demo-bucket", key=DATA + "run.yaml")
    return plan_run(
        PlanRunRequest(run=RUN.id, execution="arn:execution", upload=upload),
        algorithms=MemoryAlgorithms({"boosting": algorithm}, PUSHED),
        data_sets=MemoryFiles(files),
        account=an_account(),
    )


def plan(algorithm: RegisteredAlgorithm, run_yaml: str = "", **asked: Any) -> RunPlan:
    """Plan a run that must be accepted."""
    result = planned(algorithm, run_yaml, **asked)
    assert result.problems == ()
    assert result.plan
    return result.plan


def problems(algorithm: RegisteredAlgorithm, run_yaml: str = "", **asked: Any) -> dict[str, str]:
    """Plan a run that must be refused, and give its problems by field."""
    result = planned(algorithm, run_yaml, **asked)
    assert result.plan is None
    return {problem.field: problem.message for problem in result.problems}


def serving_only(**infer: Any) -> RegisteredAlgorithm:
    """An algorithm that cannot be trained."""
    test = {"name": "any", "body": "{}", "content_type": "text/csv"}
    served = a_manifest().model_dump(mode="json")["infer"] | {"smoke_tests": [test]} | infer
    return an_algorithm(train=None, infer=served)


def with_infer(**changes: Any) -> RegisteredAlgorithm:
    """The algorithm of the builders, its serving changed."""
    return an_algorithm(infer=a_manifest().model_dump(mode="json")["infer"] | changes)


def own_container(container: str) -> RegisteredAlgorithm:
    """An algorithm whose image is built from a folder of the repository."""
    images = {"training": {"container": container}, "inference": {"container": container}}
    return an_algorithm(framework=None, images=images)


def test_an_algorithm_that_only_serves_is_deployed_by_its_settings_alone() -> None:
    result = plan(serving_only(), objects={})

    assert result.training is None
    assert result.registry is None
    assert result.deployment
    container = result.deployment.model["PrimaryContainer"]
    assert container["ModelDataUrl"].endswith("/artifact/model.tar.gz")


@pytest.mark.parametrize("given", [{}, {"data": "s3://lake/nothing"}])
def test_an_algorithm_that_only_serves_is_deployed_by_a_request_without_data(
    given: dict[str, str],
) -> None:
    request = {"algorithm": "boosting", "model": "churn", **given}

    result = plan_run(
        PlanRunRequest(run=RUN.id, execution="arn", request=request),
        algorithms=MemoryAlgorithms({"boosting": serving_only()}, PUSHED),
        data_sets=MemoryFiles(),
        account=an_account(),
    )

    assert result.problems == ()
    assert result.plan
    assert (result.plan.training, result.plan.registry) == (None, None)
    assert result.plan.deployment
    assert (result.data is None) == (not given)


def test_training_what_only_serves_is_refused_with_what_it_can() -> None:
    found = problems(serving_only(), "hyperparameters: {rounds: 1}\ngate: null")

    reason = "'boosting' can only infer, it cannot be trained"
    assert found == {
        "data": f"{reason}: take the data away (train), run.yaml alone is enough",
        "hyperparameters": reason,
        "gate": reason,
    }


def test_what_is_for_labelling_alone_is_refused() -> None:
    formats = {"image_class": {"description": "A class.", "json_schema": {"type": "string"}}}
    annotate = {"content_types": ["image/png"], "formats": formats}
    labels = an_algorithm(framework=None, train=None, infer=None, annotate=annotate)

    assert labels.manifest.capabilities == ("annotate",)
    assert problems(labels, objects={}) == {
        "algorithm": "'boosting' can only annotate: there is nothing to train or to deploy"
    }


@pytest.mark.parametrize(
    ("instance_type", "variant"),
    [("ml.m5.large", "cpu"), ("ml.c7g.large", "arm64"), ("ml.g5.xlarge", "gpu")],
)
def test_the_instance_decides_which_of_a_containers_images_is_used(
    instance_type: str, variant: str
) -> None:
    run_yaml = f"training: {{instance_type: {instance_type}}}"

    training = plan(own_container("faces"), run_yaml).training

    assert training
    image = training.request["AlgorithmSpecification"]["TrainingImage"]
    assert image == PUSHED["faces", variant]


def test_an_image_that_nobody_pushed_is_refused_with_what_to_do() -> None:
    found = problems(own_container("small"), "training: {instance_type: ml.p3.2xlarge}")

    assert found == {
        "images.training": "no image of the container 'small' has been pushed for gpu; "
        "`trainwright images push small` does that"
    }


@pytest.mark.parametrize(
    ("instance_type", "sentence"),
    [
        ("ml.g5.xlarge", "images.training has none for gpu, which ml.g5.xlarge computes on"),
        ("ml.inf2.xlarge", "there are images for cpu and gpu only, and ml.inf2.xlarge computes on"),
        ("ml.z9.xlarge", "'ml.z9.xlarge' is of no family of instances that is known"),
    ],
)
def test_an_instance_that_no_image_runs_on_is_refused(instance_type: str, sentence: str) -> None:
    images = {"training": {"cpu": "registry/train:1"}, "inference": "registry/serve:1"}
    own = an_algorithm(framework=None, images=images)

    found = problems(own, f"training: {{instance_type: {instance_type}}}")

    assert found["images.training"].startswith(sentence)


def test_each_part_may_have_a_framework_of_its_own() -> None:
    train = a_manifest().model_dump(mode="json")["train"]
    train |= {"framework": {"name": "pytorch", "version": "2.8.0"}}

    result = plan(an_algorithm(train=train))

    assert result.training
    assert result.deployment
    image = result.training.request["AlgorithmSpecification"]["TrainingImage"]
    assert image.endswith("/pytorch-training:2.8.0-cpu-py312")
    assert "/sagemaker-scikit-learn:" in result.deployment.model["PrimaryContainer"]["Image"]


def test_an_asynchronous_endpoint_puts_its_answers_beside_the_model() -> None:
    asynchronous = plan(with_infer(deploy_type="async")).deployment
    again = plan(with_infer(deploy_type="async"), "endpoint: {deploy_type: real-time}").deployment

    assert asynchronous
    assert asynchronous.endpoint_config["AsyncInferenceConfig"]["OutputConfig"] == {
        "S3OutputPath": "s3://demo-bucket/models/boosting/churn/asyncinvoke/out/",
        "S3FailurePath": "s3://demo-bucket/models/boosting/churn/asyncinvoke/failures/",
    }
    assert [test.queue for test in asynchronous.smoke_tests] == [
        S3Place(bucket="demo-bucket", key="models/boosting/churn/asyncinvoke/in/")
    ]
    assert again
    assert "AsyncInferenceConfig" not in again.endpoint_config
    assert [test.queue for test in again.smoke_tests] == [None]


def test_what_a_start_may_take_reaches_the_endpoint_and_the_run_wins() -> None:
    algorithm = with_infer(startup_timeout_seconds=1800, volume_size_gb=225)

    deployment = plan(algorithm, "endpoint: {startup_timeout_seconds: 600}").deployment

    assert deployment
    variant = deployment.endpoint_config["ProductionVariants"][0]
    assert variant["ContainerStartupHealthCheckTimeoutInSeconds"] == 600
    assert variant["VolumeSizeInGB"] == 225
    assert "ModelDataDownloadTimeoutInSeconds" not in variant


def test_the_variables_of_training_reach_the_job_and_the_run_wins() -> None:
    train = a_manifest().model_dump(mode="json")["train"] | {"environment": {"A": "1", "B": "1"}}

    training = plan(an_algorithm(train=train), "training: {environment: {B: '2'}}").training

    assert training
    assert training.request["Environment"] == {"A": "1", "B": "2"}


def test_the_commit_that_was_packed_is_a_tag_of_every_resource() -> None:
    packed = an_algorithm().model_copy(update={"source_commit": "a" * 40})

    result = plan(packed)

    tag = {"Key": "trainwright:source-commit", "Value": "a" * 40}
    assert result.training
    assert tag in result.training.request["Tags"]
    assert result.deployment
    assert tag in result.deployment.model["Tags"]
    assert result.deployment.model["ModelName"] == JOB
