"""Warm start: what other tuning jobs have found out before.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html
"""

from collections.abc import Iterator, Sequence

from trainwright_local.sagemaker.api.errors import ResourceNotFound, ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.tuning.children import Child, objective_of
from trainwright_local.sagemaker.tuning.progress import Progress
from trainwright_local.sagemaker.tuning.ranges import Categories, Range, ranges_of
from trainwright_local.sagemaker.tuning.records import TUNING
from trainwright_local.sagemaker.tuning.search import Trial, Values

STRATEGIES = {"Bayesian", "Random"}
IDENTICAL = "IdenticalDataAndAlgorithm"


def parents_of(tuning: Record) -> list[str]:
    """Return the names of the tuning jobs that a request or a record begins from."""
    parents = tuning.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", [])
    return [parent["HyperParameterTuningJobName"] for parent in parents]


def check_parents(request: Record, context: Context) -> None:
    """Refuse *request* if it cannot begin from the tuning jobs that it names."""
    problems = [
        problem
        for name in parents_of(request)
        for problem in _problems(request, _found(name, context))
    ]
    if problems:
        raise ValidationException("; ".join(problems))


def inherited(tuning: Record, context: Context) -> list[Trial]:
    """Return what the training jobs of the parents came to, as far as it is of the same ranges."""
    ranges = ranges_of(tuning["HyperParameterTuningJobConfig"]["ParameterRanges"])
    trials = []
    for name in parents_of(tuning):
        parent = Progress.of(name, context)
        for child in parent.succeeded:
            values = _values_of(child, ranges)
            if values is not None:
                trials.append(Trial(values, objective_of(child.record, parent.metric)))
    return trials


def overall_best(progress: Progress, context: Context) -> Record | None:
    """Return the summary of the best training job of a tuning job and of all its parents."""
    if progress.tuning.get("WarmStartConfig", {}).get("WarmStartType") != IDENTICAL:
        return None
    all_of_them = [progress, *(Progress.of(name, context) for name in parents_of(progress.tuning))]
    having_best = [one for one in all_of_them if one.best is not None]
    best = min(having_best, key=lambda one: one.least_loss, default=None)
    return None if best is None else best.best_summary()


def _found(name: str, context: Context) -> Record:
    job = TUNING.collection(context).get(name)
    if job is None:
        raise ResourceNotFound(
            f"Amazon SageMaker can't find a tuning job called {name}. Type another name."
        )
    return job


def _problems(request: Record, parent: Record) -> Iterator[str]:
    name = parent[TUNING.name]
    config = request["HyperParameterTuningJobConfig"]
    before = parent["HyperParameterTuningJobConfig"]
    if not TUNING.has_ended(parent):
        yield f"The parent tuning job {name} is in status {parent[TUNING.status]}, not at its end"
    if config["Strategy"] not in STRATEGIES:
        yield f"The {config['Strategy']} strategy cannot begin from a parent tuning job"
    objective = "HyperParameterTuningJobObjective"
    if config[objective]["MetricName"] != before[objective]["MetricName"]:
        yield f"The objective metric is not that of the parent tuning job {name}"
    if _names(request) != _names(parent):
        yield f"The static and tunable hyperparameters are not those of the parent {name}"
    kinds = _kinds(parent["HyperParameterTuningJobConfig"])
    for parameter, kind in _kinds(config).items():
        if kinds.get(parameter, kind) != kind:
            yield f"The hyperparameter {parameter} has another type in the parent {name}"


def _names(job: Record) -> set[str]:
    static = job["TrainingJobDefinition"].get("StaticHyperParameters", {})
    return {*static, *_kinds(job["HyperParameterTuningJobConfig"])}


def _kinds(config: Record) -> dict[str, str]:
    asked = config.get("ParameterRanges", {})
    return {item["Name"]: kind for kind, items in asked.items() for item in items}


def _values_of(child: Child, ranges: Sequence[Range]) -> Values | None:
    """Return the values that a training job had for *ranges*; none if they are not of them."""
    given: Values = child.record["HyperParameters"]
    if not all(_has(one, given.get(one.name)) for one in ranges):
        return None
    return {one.name: given[one.name] for one in ranges}


def _has(one: Range, value: str | None) -> bool:
    if value is None:
        return False
    if isinstance(one, Categories):
        return value in one.values
    try:
        return one.low <= float(value) <= one.high
    except ValueError:
        return False
