"""Requests for tuning jobs."""

from typing import Any

from tests.unit.local.training.builders import a_request

METRIC = {"Name": "loss", "Regex": "loss=([-0-9.e]+)"}


def a_numeric_range(name: str, low: float, high: float, scale: str = "Linear") -> dict[str, str]:
    return {"Name": name, "MinValue": str(low), "MaxValue": str(high), "ScalingType": scale}


def a_definition(**members: Any) -> dict[str, Any]:
    """A TrainingJobDefinition that is accepted."""
    training = a_request()
    passed_on = ("RoleArn", "OutputDataConfig", "ResourceConfig", "StoppingCondition")
    return {
        "StaticHyperParameters": training["HyperParameters"],
        "AlgorithmSpecification": training["AlgorithmSpecification"]
        | {"MetricDefinitions": [METRIC]},
        **{name: training[name] for name in passed_on},
        **members,
    }


def a_tuning_request(
    name: str, config: dict[str, Any] | None = None, **members: Any
) -> dict[str, Any]:
    """A CreateHyperParameterTuningJob that is accepted; a member given as None is left out."""
    limits = {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2}
    asked: dict[str, Any] = {
        "Strategy": "Random",
        "RandomSeed": 1,
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": limits,
        "ParameterRanges": {"ContinuousParameterRanges": [a_numeric_range("x", 0, 1)]},
        **(config or {}),
    }
    if asked["Strategy"] == "Grid" and asked["ResourceLimits"] is limits:
        asked["ResourceLimits"] = {"MaxParallelTrainingJobs": 2}
    request = {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {k: v for k, v in asked.items() if v is not None},
        "TrainingJobDefinition": a_definition(),
        **members,
    }
    return {key: value for key, value in request.items() if value is not None}
