"""The training jobs of a tuning job: what each is asked, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.failures import InternalServerError
from trainwright_local.sagemaker.jobs.kinds import ENDED
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.tuning.records import CHILDREN

OBJECTIVE_PARAMETER = "_tuning_objective_metric"
PASSED_ON = (
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "VpcConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "RetryStrategy",
    "Environment",
)
RESOURCES = ("InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId")
SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingStartTime",
    "TrainingEndTime",
    "TrainingJobStatus",
    "FailureReason",
)


@dataclass(frozen=True)
class Child:
    """A training job, its record, and what its tuning job keeps of it."""

    record: Record
    values: dict[str, str]
    series: Sequence[float]
    """The objective as it came."""


def name_of(tuning: str, number: int) -> str:
    """Return the name of the training job *number*, from 1, as AWS makes it."""
    return f"{tuning}-{number:03}-{uuid4().hex[:8]}"


def request_of(tuning: Record, name: str, values: dict[str, str]) -> Record:
    """Return the CreateTrainingJob request for *values*, without tags."""
    definition = tuning["TrainingJobDefinition"]
    objective = tuning["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    request = {member: definition[member] for member in PASSED_ON if member in definition}
    if "HyperParameterTuningResourceConfig" in definition:
        request["ResourceConfig"] = _resources(definition["HyperParameterTuningResourceConfig"])
    if "CheckpointConfig" in definition:
        checkpoints = definition["CheckpointConfig"]
        # Each to its own place: a job begins with what it finds there.
        own = f"{checkpoints['S3Uri'].rstrip('/')}/{name}"
        request["CheckpointConfig"] = checkpoints | {"S3Uri": own}
    static = definition.get("StaticHyperParameters", {})
    own_parameters = {OBJECTIVE_PARAMETER: objective["MetricName"]}
    return {
        "TrainingJobName": name,
        "HyperParameters": own_parameters | static | values,
        **request,
    }


def children_of(tuning: Record, context: Context) -> list[Child]:
    """Return the training jobs of a tuning job; not one that the end of the cloud prevented."""
    found = [(TRAINING.collection(context).get(kept["Name"]), kept) for kept in tuning[CHILDREN]]
    return [
        Child(record, kept["Values"], kept["Series"])
        for record, kept in found
        if record is not None
    ]


def has_ended(child: Record) -> bool:
    """Whether a training job has come to its end."""
    return child["TrainingJobStatus"] in ENDED


def objective_of(child: Record, metric: str) -> float | None:
    """Return the last value of the objective."""
    values = child.get("FinalMetricDataList", [])
    return next((item["Value"] for item in values if item["MetricName"] == metric), None)


def objective_status(child: Record, metric: str) -> str:
    """Return what became of the objective of a training job."""
    if not has_ended(child):
        return "Pending"
    failed = child["TrainingJobStatus"] == "Failed" or objective_of(child, metric) is None
    return "Failed" if failed else "Succeeded"


def status_counter(child: Record) -> str:
    """Return the member of TrainingJobStatusCounters that counts a training job."""
    status: str = child["TrainingJobStatus"]
    if status == "Failed":
        retryable = child.get("FailureReason", "").startswith(InternalServerError.__name__)
        return "RetryableError" if retryable else "NonRetryableError"
    return status if has_ended(child) else "InProgress"


def summary_of(one: Child, tuning: Record) -> Record:
    """Return what lists say of a training job."""
    child = one.record
    objective = tuning["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    metric = objective["MetricName"]
    summary = {member: child[member] for member in SUMMARY if member in child}
    summary |= {
        "TunedHyperParameters": one.values,
        "ObjectiveStatus": objective_status(child, metric),
    }
    value = objective_of(child, metric)
    if has_ended(child) and value is not None:
        summary["FinalHyperParameterTuningJobObjectiveMetric"] = objective | {"Value": value}
    definition = tuning["TrainingJobDefinition"].get("DefinitionName")
    return summary | ({"TrainingJobDefinitionName": definition} if definition else {})


def _resources(asked: Record) -> Record:
    """Return the resources of one training job: the first that its tuning job may use."""
    first = asked.get("InstanceConfigs", [{}])[0]
    return {name: (asked | first)[name] for name in RESOURCES if name in asked | first}
