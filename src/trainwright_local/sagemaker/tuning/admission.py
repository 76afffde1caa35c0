"""What a CreateHyperParameterTuningJob may ask for here; the rest is refused."""

from collections.abc import Iterator

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.jobs.admission import given
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training import admission
from trainwright_local.sagemaker.tuning.children import OBJECTIVE_PARAMETER, request_of
from trainwright_local.sagemaker.tuning.ranges import Categories, Range, RangeError, ranges_of
from trainwright_local.sagemaker.tuning.search import combinations

NO_METRIC = (
    "A metric is required for this hyperparameter tuning job objective. Provide a metric in the "
    "metric definitions."
)
EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")
MOST_EPOCHS = 20_000
MOST_PARAMETERS = 30


def admit(request: Record) -> None:
    """Refuse *request* if any of it would not be done as AWS does it."""
    problems = list(_problems(request))
    if problems:
        raise ValidationException("; ".join(problems))
    admission.admit(request_of(request, "admission", {}))


def most_epochs(request: Record) -> int | None:
    """Return the MaxResource of Hyperband, given or seen in the static hyperparameters."""
    config = request["HyperParameterTuningJobConfig"]
    asked = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
    static = request["TrainingJobDefinition"].get("StaticHyperParameters", {})
    found = [asked.get("MaxResource"), *(static.get(name) for name in EPOCHS)]
    numbers = [int(value) for value in found if str(value).strip('"').isdecimal()]
    return numbers[0] if numbers else None


def _problems(request: Record) -> Iterator[str]:
    config = request["HyperParameterTuningJobConfig"]
    yield from given(request, ("TrainingJobDefinitions",), "")
    if request.get("Autotune", {}).get("Mode") == "Enabled":
        yield "The local cloud does not emulate Autotune"
    definition = request.get("TrainingJobDefinition")
    if definition is None:
        yield "TrainingJobDefinition is missing"
        return
    yield from given(
        definition, ("TuningObjective", "HyperParameterRanges"), "TrainingJobDefinition."
    )
    criteria = config.get("TuningJobCompletionCriteria", {})
    if criteria.get("ConvergenceDetected", {}).get("CompleteOnConvergence") == "Enabled":
        yield "The local cloud does not emulate CompleteOnConvergence: how AWS tells is not known"
    yield from _objective(config, definition)
    yield from _ranges(config, definition)
    yield from _hyperband(request, config)


def _objective(config: Record, definition: Record) -> Iterator[str]:
    objective = config.get("HyperParameterTuningJobObjective")
    metrics = definition["AlgorithmSpecification"].get("MetricDefinitions", [])
    if objective is None:
        yield "HyperParameterTuningJobObjective is required for the hyperparameter tuning job"
    elif objective["MetricName"] not in {metric["Name"] for metric in metrics}:
        yield NO_METRIC


def _ranges(config: Record, definition: Record) -> Iterator[str]:
    asked = config.get("ParameterRanges", {})
    yield from given(asked, ("AutoParameters",), "ParameterRanges.")
    try:
        ranges = ranges_of(asked)
    except RangeError as error:
        yield str(error)
        return
    names = [one.name for one in ranges]
    static = definition.get("StaticHyperParameters", {})
    if not ranges:
        yield "At least one hyperparameter range is required"
    if len(ranges) > MOST_PARAMETERS:
        yield f"A hyperparameter tuning job searches at most {MOST_PARAMETERS} hyperparameters"
    for name in sorted({name for name in names if names.count(name) > 1} | (static.keys() & names)):
        yield f"The hyperparameter {name} is given twice"
    if OBJECTIVE_PARAMETER in {*static, *names}:
        yield f"The hyperparameter {OBJECTIVE_PARAMETER} is SageMaker's own"
    yield from _number_of_jobs(config, ranges)


def _number_of_jobs(config: Record, ranges: list[Range]) -> Iterator[str]:
    most = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    if config["Strategy"] != "Grid":
        ends = config["ResourceLimits"].get("MaxRuntimeInSeconds")
        if most is None and ends is None and not config.get("TuningJobCompletionCriteria"):
            yield "ResourceLimits.MaxNumberOfTrainingJobs is required: nothing else ends this job"
        return
    if not all(isinstance(one, Categories) for one in ranges):
        yield "The Grid strategy supports categorical hyperparameter ranges only"
    elif most not in (None, combinations(ranges)):
        yield (
            f"MaxNumberOfTrainingJobs is {most}, but the Grid strategy has {combinations(ranges)} "
            "distinct combinations of values; leave it out, or let it be equal"
        )


def _hyperband(request: Record, config: Record) -> Iterator[str]:
    asked = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig")
    if config["Strategy"] != "Hyperband":
        if asked is not None:
            yield "HyperbandStrategyConfig is for the Hyperband strategy only"
        return
    if config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        yield "TrainingJobEarlyStoppingType must be Off to use the Hyperband strategy"
    most = most_epochs(request)
    if most is None:
        yield (
            "MaxResource is required for the Hyperband strategy: it is neither given nor among "
            f"StaticHyperParameters as {', '.join(EPOCHS)}"
        )
    elif most > MOST_EPOCHS or most < (asked or {}).get("MinResource", 1):
        yield f"MaxResource of {most} is more than {MOST_EPOCHS}, or less than MinResource"
