"""How far a tuning job has come."""

import time
from typing import Any

import pytest

from tests.unit.local.tuning.builders import a_tuning_request
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.tuning.children import Child, request_of
from trainwright_local.sagemaker.tuning.progress import Progress


def a_child(number: int, loss: float | None, status: str = "Completed", **members: Any) -> Child:
    metrics = [] if loss is None else [{"MetricName": "loss", "Value": loss}]
    record = {
        "TrainingJobName": f"job-{number}",
        "TrainingJobArn": f"arn:job-{number}",
        "TrainingJobStatus": status,
        "CreationTime": float(number),
        "LastModifiedTime": float(number),
        "FinalMetricDataList": metrics,
        **members,
    }
    return Child(record, {"x": str(number)}, [])


def progress(*losses: float | None, objective: str = "Minimize", **config: Any) -> Progress:
    metric = {"Type": objective, "MetricName": "loss"}
    tuning = a_tuning_request("tune", {"HyperParameterTuningJobObjective": metric, **config})
    tuning["CreationTime"] = time.time()
    return Progress(tuning, [a_child(number, loss) for number, loss in enumerate(losses)])


def best(of: Progress) -> str:
    assert of.best is not None
    return str(of.best.record["TrainingJobName"])


def test_the_best_is_the_least_or_the_most() -> None:
    assert best(progress(3.0, 1.0, None, 2.0)) == "job-1"
    assert best(progress(3.0, 1.0, None, 2.0, objective="Maximize")) == "job-0"
    assert progress(None).best is None


def test_an_improvement_is_one_per_cent_or_more() -> None:
    assert progress().not_improving == 0
    assert progress(1.0).not_improving == 0
    assert progress(1.0, 0.995, 0.991).not_improving == 2
    assert progress(1.0, 2.0, 0.98).not_improving == 0
    assert progress(1.0, 1.005, 1.02, objective="Maximize").not_improving == 0
    assert progress(-1.0, -1.005).not_improving == 1


def test_jobs_that_do_not_improve_are_enough_at_some_time() -> None:
    patient = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}

    assert not progress(1.0, 2.0, 2.0, TuningJobCompletionCriteria=patient).is_enough()
    assert progress(1.0, 2.0, 2.0, 2.0, TuningJobCompletionCriteria=patient).is_enough()


@pytest.mark.parametrize(("objective", "reached"), [("Minimize", 0.5), ("Maximize", 2.0)])
def test_a_target_is_enough(objective: str, reached: float) -> None:
    target = {"TargetObjectiveMetricValue": reached}

    assert not progress(1.0, objective=objective, TuningJobCompletionCriteria=target).is_enough()
    assert progress(
        1.0, reached, objective=objective, TuningJobCompletionCriteria=target
    ).is_enough()


def test_time_is_up_some_time() -> None:
    limits = {"MaxParallelTrainingJobs": 1, "MaxRuntimeInSeconds": 120}
    young = progress(1.0, ResourceLimits=limits)
    old = progress(1.0, ResourceLimits=limits)
    old.tuning["CreationTime"] -= 121

    assert 110 < young.seconds_left() <= 120
    assert not young.is_enough()
    assert old.is_enough()
    assert progress(1.0).seconds_left() == float("inf")


def test_training_jobs_are_counted_by_how_they_ended() -> None:
    tuning = a_tuning_request("tune") | {"CreationTime": time.time()}
    children = [
        a_child(0, 1.0),
        a_child(1, 2.0, "Stopped"),
        a_child(2, None, "InProgress"),
        a_child(3, 1.0, "Stopping"),
        a_child(4, None, "Failed", FailureReason="AlgorithmError: no rows"),
        a_child(5, 0.1, "Failed", FailureReason="InternalServerError: the cloud ended"),
        a_child(6, None),
    ]
    record: Record = {}

    Progress(tuning, children).note(record)

    assert record["TrainingJobStatusCounters"] == {
        "Completed": 2, "InProgress": 2, "RetryableError": 1, "NonRetryableError": 1, "Stopped": 1,
    }  # fmt: skip
    assert record["ObjectiveStatusCounters"] == {"Succeeded": 2, "Pending": 2, "Failed": 3}
    assert record["BestTrainingJob"]["TrainingJobName"] == "job-0"


def test_a_training_job_is_asked_with_the_resources_and_checkpoints_of_its_own() -> None:
    tuning = a_tuning_request("tune")
    definition = tuning["TrainingJobDefinition"]
    del definition["ResourceConfig"]
    instance = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}
    definition["HyperParameterTuningResourceConfig"] = {
        "AllocationStrategy": "Prioritized",
        "InstanceConfigs": [instance, {**instance, "InstanceType": "ml.c5.xlarge"}],
    }
    definition["CheckpointConfig"] = {"S3Uri": "s3://data/checkpoints/"}

    request = request_of(tuning, "tune-001-a", {"x": "0.5"})

    assert request["ResourceConfig"] == instance
    assert request["CheckpointConfig"] == {"S3Uri": "s3://data/checkpoints/tune-001-a"}
    assert request["HyperParameters"]["x"] == "0.5"
    assert request["HyperParameters"]["_tuning_objective_metric"] == "loss"
    assert request["HyperParameters"]["sagemaker_program"] == '"train.py"'
