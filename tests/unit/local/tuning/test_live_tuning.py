"""Tuning jobs in a real cloud, through its endpoint, by training jobs that really run."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.serving.live import targz
from tests.unit.local.training.builders import a_request
from tests.unit.local.training.client import LiveCloud, until
from tests.unit.local.tuning.builders import a_definition, a_numeric_range, a_tuning_request

BOWL = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-x", type=float)
x = parser.parse_args().x
print(f"loss={(x - 0.7) ** 2}")
"""
EPOCHS = """
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--kind")
kind = parser.parse_args().kind
for epoch in range(20 if kind == "bad" else 2):
    print(f"loss={9 if kind == 'bad' else 1}", flush=True)
    time.sleep(0.3 if kind == "bad" else 0)
time.sleep(600 if kind == "bad" else 0)
"""
LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)"
TAGS = [{"Key": "team", "Value": "churn"}]


class TuningCloud(LiveCloud):
    """A running cloud, and what the tests do with tuning jobs in it."""

    def tune(
        self,
        name: str,
        script: str,
        config: dict[str, Any],
        defined: dict[str, Any] | None = None,
        **members: Any,
    ) -> None:
        """Start a job whose training jobs run *script*, and have *defined* in common."""
        self.s3.put_object(Bucket="data", Key=f"{name}.tar.gz", Body=targz({"train.py": script}))
        parameters = a_request()["HyperParameters"] | {
            "sagemaker_submit_directory": f'"s3://data/{name}.tar.gz"'
        }
        definition = a_definition(StaticHyperParameters=parameters, **(defined or {}))
        request = a_tuning_request(name, config, TrainingJobDefinition=definition, **members)
        self.sagemaker.create_hyper_parameter_tuning_job(**request)

    def describe_tuning(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name
        )
        return described

    def tuned(self, name: str) -> dict[str, Any]:
        """Wait for the end of a tuning job and describe it."""
        until(lambda: "HyperParameterTuningEndTime" in self.describe_tuning(name))
        return self.describe_tuning(name)

    def children(self, name: str, **members: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name, MaxResults=100, **members
            )["TrainingJobSummaries"]
        )
        return found


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TuningCloud]:
    """One cloud for all tests of this module; they use jobs of different names."""
    live = TuningCloud(tmp_path_factory.mktemp("cloud"))
    try:
        live.make_role("s3:*", "logs:*", "cloudwatch:PutMetricData")
        where = {"LocationConstraint": "eu-west-1"}
        live.s3.create_bucket(Bucket="data", CreateBucketConfiguration=where)
        yield live
    finally:
        live.stop()


class Events:
    """The statuses of tuning jobs, as a rule's queue has them."""

    def __init__(self, cloud: LiveCloud) -> None:
        self._sqs = cloud.client("sqs")
        self._queue = self._sqs.create_queue(QueueName="tuning")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._queue, AttributeNames=["QueueArn"]
        )["Attributes"]
        pattern = {"detail-type": ["SageMaker HyperParameter Tuning Job State Change"]}
        events = cloud.client("events")
        events.put_rule(Name="tuning", EventPattern=json.dumps(pattern))
        events.put_targets(Rule="tuning", Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}])

    def take(self, count: int) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = []

        def enough() -> bool:
            answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=handle)
                taken.append(json.loads(message["Body"]))
            return len(taken) >= count

        until(enough)
        return taken


def test_a_tuning_job_finds_the_best_training_job(cloud: TuningCloud) -> None:
    events = Events(cloud)
    limits = {"MaxNumberOfTrainingJobs": 8, "MaxParallelTrainingJobs": 2}

    cloud.tune("bowl", BOWL, {"Strategy": "Bayesian", "ResourceLimits": limits}, Tags=TAGS)

    job = cloud.tuned("bowl")
    assert job["HyperParameterTuningJobStatus"] == "Completed", job.get("FailureReason")
    assert job["TrainingJobStatusCounters"] == {
        "Completed": 8, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0, "Stopped": 0,
    }  # fmt: skip
    assert job["ObjectiveStatusCounters"] == {"Succeeded": 8, "Pending": 0, "Failed": 0}
    assert job["ConsumedResources"]["RuntimeInSeconds"] >= 1
    assert job["HyperParameterTuningJobArn"].endswith(":hyper-parameter-tuning-job/bowl")
    [*_, worst] = by_objective = cloud.children("bowl", SortBy="FinalObjectiveMetricValue")
    metric = "FinalHyperParameterTuningJobObjectiveMetric"
    best = by_objective[0]
    assert best[metric]["Value"] < worst[metric]["Value"]
    assert best[metric] == {
        "Type": "Minimize",
        "MetricName": "loss",
        "Value": pytest.approx((float(best["TunedHyperParameters"]["x"]) - 0.7) ** 2),
    }
    assert job["BestTrainingJob"]["TrainingJobName"] == best["TrainingJobName"]
    assert job["BestTrainingJob"]["TuningJobName"] == "bowl"
    begun, ended = events.take(2)
    assert begun["detail"]["HyperParameterTuningJobStatus"] == "InProgress"
    assert ended["detail"]["HyperParameterTuningJobStatus"] == "Completed"
    assert ended["detail"]["TrainingJobStatusCounters"]["Completed"] == 8
    assert ended["detail"]["Tags"] == {"team": "churn"}
    assert ended["resources"] == [job["HyperParameterTuningJobArn"]]
    assert not [name for name in ended["detail"] if name.startswith("_")]


def test_a_training_job_is_named_tagged_and_told_as_aws_does_it(cloud: TuningCloud) -> None:
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    script = "import json, sys\nprint(json.dumps(sys.argv[1:]))\nprint('loss=1e-3')"

    cloud.tune("told", script, {"ResourceLimits": limits}, Tags=TAGS)

    tuning = cloud.tuned("told")
    [child] = cloud.children("told")
    assert re.fullmatch(r"told-001-[0-9a-f]{8}", child["TrainingJobName"])
    assert child["ObjectiveStatus"] == "Succeeded"
    job = cloud.describe(child["TrainingJobName"])
    assert job["TuningJobArn"] == tuning["HyperParameterTuningJobArn"]
    assert job["HyperParameters"]["_tuning_objective_metric"] == "loss"
    assert job["HyperParameters"]["x"] == child["TunedHyperParameters"]["x"]
    assert cloud.sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] == TAGS
    arguments = json.loads(cloud.lines(child["TrainingJobName"])[0])
    assert arguments == ["-x", child["TunedHyperParameters"]["x"]]


def test_the_grid_is_tried_whole_and_the_target_is_enough(cloud: TuningCloud) -> None:
    kinds = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["0.5", "0.7", "0.9"]}]}
    grid = {"Strategy": "Grid", "ParameterRanges": kinds}
    cloud.tune("grid", BOWL, {**grid, "ResourceLimits": {"MaxParallelTrainingJobs": 2}})
    cloud.tune(
        "target",
        BOWL,
        {
            **grid,
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            "TuningJobCompletionCriteria": {"TargetObjectiveMetricValue": 0.05},
        },
    )

    best = cloud.tuned("grid")["BestTrainingJob"]
    assert best["TunedHyperParameters"] == {"x": "0.7"}
    assert [child["TunedHyperParameters"]["x"] for child in cloud.children("grid")] == [
        "0.5", "0.7", "0.9",
    ]  # fmt: skip
    assert cloud.tuned("target")["HyperParameterTuningJobStatus"] == "Completed"
    assert len(cloud.children("target")) == 1


def test_a_training_job_that_gets_nowhere_is_stopped_early(cloud: TuningCloud) -> None:
    kinds = {"CategoricalParameterRanges": [{"Name": "kind", "Values": ["good", "bad"]}]}

    cloud.tune(
        "early",
        EPOCHS,
        {
            "Strategy": "Grid",
            "ParameterRanges": kinds,
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            "TrainingJobEarlyStoppingType": "Auto",
        },
    )

    assert cloud.tuned("early")["TrainingJobStatusCounters"]["Stopped"] == 1
    good, bad = cloud.children("early")
    assert (good["TrainingJobStatus"], bad["TrainingJobStatus"]) == ("Completed", "Stopped")
    assert bad["ObjectiveStatus"] == "Succeeded"


def test_hyperband_stops_a_training_job_at_its_last_epoch(cloud: TuningCloud) -> None:
    kinds = {"CategoricalParameterRanges": [{"Name": "kind", "Values": ["bad"]}]}
    resources = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 3}}

    cloud.tune(
        "hyperband",
        EPOCHS,
        {
            "Strategy": "Hyperband",
            "StrategyConfig": resources,
            "ParameterRanges": kinds,
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
        },
    )

    job = cloud.tuned("hyperband")
    assert job["HyperParameterTuningJobStatus"] == "Completed", job.get("FailureReason")
    assert job["BestTrainingJob"]["TrainingJobStatus"] == "Stopped"


def test_one_failing_training_job_costs_one_result(cloud: TuningCloud) -> None:
    kinds = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["0.5", "none"]}]}

    cloud.tune("half", BOWL, {"Strategy": "Grid", "ParameterRanges": kinds})

    job = cloud.tuned("half")
    assert job["HyperParameterTuningJobStatus"] == "Completed", job.get("FailureReason")
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 1
    assert job["ObjectiveStatusCounters"] == {"Succeeded": 1, "Pending": 0, "Failed": 1}
    [failed] = cloud.children("half", StatusEquals="Failed")
    assert "invalid float value" in failed["FailureReason"]


@pytest.mark.parametrize(
    ("name", "script", "reason"),
    [
        ("all-fail", "raise ValueError", "No training job succeeded after 2 attempts. Please"),
        ("no-metric", "pass", "No objective metrics found after running 2 training jobs. Please"),
    ],
)
def test_a_tuning_job_without_any_objective_fails(
    cloud: TuningCloud, name: str, script: str, reason: str
) -> None:
    limits = {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2}

    cloud.tune(name, script, {"ResourceLimits": limits})

    job = cloud.tuned(name)
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(reason)
    assert "BestTrainingJob" not in job


def test_a_stopped_tuning_job_stops_its_training_jobs(cloud: TuningCloud) -> None:
    cloud.tune("stopped", LONG, {})
    until(lambda: len(cloud.children("stopped")) == 2)

    cloud.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stopped")

    assert cloud.tuned("stopped")["HyperParameterTuningJobStatus"] == "Stopped"
    assert {child["TrainingJobStatus"] for child in cloud.children("stopped")} == {"Stopped"}
    with pytest.raises(ClientError, match="is in status Stopped"):
        cloud.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stopped")


def test_a_spot_training_job_that_takes_too_long_ends(cloud: TuningCloud) -> None:
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    spot = {
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": 2, "MaxWaitTimeInSeconds": 2},
    }
    # While both places are taken it waits, which its run time does not count.
    for name in ("taken-a", "taken-b"):
        cloud.train(name, LONG, InputDataConfig=None)

    cloud.tune("spot", LONG, {"ResourceLimits": limits}, spot)

    cloud.tuned("spot")
    for name in ("taken-a", "taken-b"):
        cloud.sagemaker.stop_training_job(TrainingJobName=name)
        cloud.ended(name)
    [child] = cloud.children("spot")
    job = cloud.describe(child["TrainingJobName"])
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")


def test_names_are_unique_and_lists_have_pages(cloud: TuningCloud) -> None:
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    for name in ("listed-b", "listed-a"):
        cloud.tune(name, BOWL, {"ResourceLimits": limits})

    with pytest.raises(ClientError, match="ResourceInUse"):
        cloud.tune("listed-a", BOWL, {})

    pages = cloud.sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate(
        NameContains="listed", PaginationConfig={"PageSize": 1}
    )
    summaries = [job for page in pages for job in page["HyperParameterTuningJobSummaries"]]
    assert [job["HyperParameterTuningJobName"] for job in summaries] == ["listed-a", "listed-b"]
    assert summaries[0]["Strategy"] == "Random"
    for name in ("listed-a", "listed-b"):
        cloud.tuned(name)


def test_a_warm_start_goes_on_from_what_is_known(cloud: TuningCloud) -> None:
    kinds = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["0.7"]}]}
    cloud.tune("parent", BOWL, {"Strategy": "Grid", "ParameterRanges": kinds})
    cloud.tuned("parent")
    wider = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["0.7", "0.1"]}]}

    cloud.tune(
        "warm",
        BOWL,
        {
            "ParameterRanges": wider,
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
        },
        WarmStartConfig={
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
            "WarmStartType": "IdenticalDataAndAlgorithm",
        },
    )

    job = cloud.tuned("warm")
    assert job["BestTrainingJob"]["TunedHyperParameters"] == {"x": "0.1"}, "0.7 is known"
    assert job["OverallBestTrainingJob"]["TunedHyperParameters"] == {"x": "0.7"}
    assert job["OverallBestTrainingJob"]["TuningJobName"] == "parent"


def test_a_warm_start_needs_parents_like_it(cloud: TuningCloud) -> None:
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    cloud.tune("unlike", BOWL, {"ResourceLimits": limits})
    cloud.tuned("unlike")
    integers = {"IntegerParameterRanges": [a_numeric_range("x", 0, 1)]}

    with pytest.raises(ClientError, match="The hyperparameter x has another type in the parent"):
        cloud.tune(
            "unlike-2",
            BOWL,
            {"ParameterRanges": integers},
            WarmStartConfig={
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "unlike"}],
                "WarmStartType": "TransferLearning",
            },
        )


def test_a_tuning_job_goes_on_after_the_cloud_was_killed(cloud: TuningCloud) -> None:
    script = f"{BOWL}\nimport time\ntime.sleep(1)"
    limits = {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1}
    cloud.s3.put_object(Bucket="data", Key="killed.tar.gz", Body=targz({"train.py": script}))
    cloud.stop()  # which keeps the role and the archive
    cloud.start()
    cloud.tune("killed", script, {"ResourceLimits": limits})
    until(lambda: len(cloud.children("killed")) == 1)

    cloud.kill()
    cloud.start()

    job = cloud.tuned("killed")
    assert job["HyperParameterTuningJobStatus"] == "Completed", job.get("FailureReason")
    counters = job["TrainingJobStatusCounters"]
    assert (counters["RetryableError"], counters["Completed"]) == (1, 2)
    assert len(cloud.children("killed")) == 3
