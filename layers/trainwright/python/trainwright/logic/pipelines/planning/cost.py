"""What a step may cost at most: its time limit at the prices of a dated table."""

import json
from functools import cache
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import Estimate

_TABLE = Path(__file__).with_name("prices.json")
_NO_LIMIT = 3600
"""Seconds that a transform is taken for."""


class Prices(NamedTuple):
    """US dollars an hour by instance type, of one day and one region."""

    date: str
    region: str
    hourly: dict[str, float]


@cache
def prices() -> Prices:
    """Read the table."""
    table = json.loads(_TABLE.read_text())
    return Prices(table["date"], table["region"], table["hourly"])


def estimate(operation: str, request: JsonObject) -> Estimate:
    """Give the most that one attempt may take and cost; what is no job costs nothing."""
    if operation == "CreateProcessingJob":
        cluster = request["ProcessingResources"]["ClusterConfig"]
        return _most(cluster, request["StoppingCondition"]["MaxRuntimeInSeconds"], 1)
    if operation == "CreateTrainingJob":
        limit = request["StoppingCondition"]["MaxRuntimeInSeconds"]
        return _most(request["ResourceConfig"], limit, 1)
    if operation == "CreateHyperParameterTuningJob":
        definition = request["TrainingJobDefinition"]
        limit = definition["StoppingCondition"]["MaxRuntimeInSeconds"]
        jobs = _jobs_of(request["HyperParameterTuningJobConfig"])
        return _most(definition["ResourceConfig"], limit, jobs)
    if operation == "CreateTransformJob":
        return _most(request["TransformResources"], _NO_LIMIT, 1)
    return Estimate(seconds=0, dollars=0)


def _jobs_of(tuning: JsonObject) -> Any:  # noqa: ANN401 - or an expression
    """Give how many jobs there are: as many as allowed, or one for each point of a grid."""
    if tuning["Strategy"] == "Grid":
        return prod(
            len(it["Values"]) for it in tuning["ParameterRanges"]["CategoricalParameterRanges"]
        )
    return tuning["ResourceLimits"]["MaxNumberOfTrainingJobs"]


def _most(resources: JsonObject, limit: Any, jobs: Any) -> Estimate:  # noqa: ANN401 - or an expression
    count = resources["InstanceCount"]
    if not all(isinstance(number, int) for number in (limit, count, jobs)):
        return Estimate(seconds=0, dollars=None)
    hourly = prices().hourly.get(resources["InstanceType"])
    seconds = float(limit * jobs)
    if hourly is None:
        return Estimate(seconds=seconds, dollars=None)
    return Estimate(seconds=seconds, dollars=round(hourly * count * seconds / 3600, 2))
