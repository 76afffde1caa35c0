"""What a CreateHyperParameterTuningJob may ask for."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.builders import Cloud
from tests.unit.local.tuning.builders import a_definition, a_numeric_range, a_tuning_request
from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.tuning.admission import admit

HYPERBAND = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}}
OF_HYPERBAND = {"Strategy": "Hyperband", "StrategyConfig": HYPERBAND}
CONVERGENCE = {"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}}
GRID = {"CategoricalParameterRanges": [{"Name": "kind", "Values": ["a", "b"]}]}
STATIC = a_definition()["StaticHyperParameters"]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"Strategy": "Grid", "ParameterRanges": GRID},
        {
            "Strategy": "Grid",
            "ParameterRanges": GRID,
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
        },
        OF_HYPERBAND,
        {"TrainingJobEarlyStoppingType": "Auto"},
        {"ResourceLimits": {"MaxParallelTrainingJobs": 1, "MaxRuntimeInSeconds": 600}},
    ],
)
def test_these_are_accepted(members: dict[str, Any]) -> None:
    admit(a_tuning_request("tune", members))


def test_hyperband_sees_the_epochs_among_the_static_hyperparameters() -> None:
    definition = a_definition(StaticHyperParameters={**STATIC, "epochs": "27"})

    admit(a_tuning_request("tune", {"Strategy": "Hyperband"}, TrainingJobDefinition=definition))


@pytest.mark.parametrize(
    ("config", "members", "problem"),
    [
        ({}, {"TrainingJobDefinition": None}, "TrainingJobDefinition is missing"),
        ({}, {"TrainingJobDefinitions": [a_definition()]}, "TrainingJobDefinitions"),
        ({}, {"Autotune": {"Mode": "Enabled"}}, "Autotune"),
        ({"ParameterRanges": {"AutoParameters": [{"Name": "x"}]}}, {}, "AutoParameters"),
        ({"ParameterRanges": {}}, {}, "At least one hyperparameter range"),
        (
            {"TuningJobCompletionCriteria": CONVERGENCE},
            {},
            "CompleteOnConvergence",
        ),
        ({"HyperParameterTuningJobObjective": None}, {}, "Objective is required"),
        (
            {"HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "other"}},
            {},
            "A metric is required for this hyperparameter tuning job objective. Provide a metric",
        ),
        ({"ResourceLimits": {"MaxParallelTrainingJobs": 1}}, {}, "MaxNumberOfTrainingJobs is requ"),
        ({"Strategy": "Grid"}, {}, "categorical hyperparameter ranges only"),
        ({"Strategy": "Grid", "ParameterRanges": GRID, "ResourceLimits": {
            "MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1}}, {}, "has 2 distinct"),
        ({"StrategyConfig": HYPERBAND}, {}, "for the Hyperband strategy only"),
        ({"Strategy": "Hyperband"}, {}, "MaxResource is required"),
        (
            {**OF_HYPERBAND, "TrainingJobEarlyStoppingType": "Auto"},
            {},
            "must be Off to use",
        ),
        (
            {"Strategy": "Hyperband", "StrategyConfig": {"HyperbandStrategyConfig": {
                "MinResource": 5, "MaxResource": 4}}},
            {},
            "less than MinResource",
        ),
        (
            {"ParameterRanges": {"ContinuousParameterRanges": [a_numeric_range("x", 3, 1)]}},
            {},
            "MinValue 3.0 and MaxValue 1.0",
        ),
        (
            {"ParameterRanges": {"ContinuousParameterRanges": [a_numeric_range("x", 0, 1)] * 2}},
            {},
            "hyperparameter x is given twice",
        ),
        (
            {},
            {"TrainingJobDefinition": a_definition(StaticHyperParameters={**STATIC, "x": "1"})},
            "hyperparameter x is given twice",
        ),
        (
            {},
            {"TrainingJobDefinition": a_definition(StaticHyperParameters={})},
            "sagemaker_program",
        ),
    ],
)  # fmt: skip
def test_these_are_refused(config: dict[str, Any], members: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationException) as refused:
        admit(a_tuning_request("tune", config, **members))

    assert problem in refused.value.message


def test_a_tuning_job_that_does_not_exist_cannot_be_described(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)

    for operation in (
        "DescribeHyperParameterTuningJob",
        "StopHyperParameterTuningJob",
        "ListTrainingJobsForHyperParameterTuningJob",
    ):
        answer = cloud.call(operation, HyperParameterTuningJobName="none")
        assert answer["__type"] == "ResourceNotFound"
        assert answer["Message"] == (
            "Amazon SageMaker can't find a tuning job called none. Type another name."
        )


def test_a_tuning_job_begins_from_parents_that_exist(tmp_path: Path) -> None:
    parents = [{"HyperParameterTuningJobName": "before"}]
    warm = {"ParentHyperParameterTuningJobs": parents, "WarmStartType": "TransferLearning"}

    answer = Cloud(tmp_path).call(
        "CreateHyperParameterTuningJob", **a_tuning_request("tune", {}, WarmStartConfig=warm)
    )

    assert answer["__type"] == "ResourceNotFound"
    assert "called before" in answer["Message"]
