"""The training job of a plan."""

from collections.abc import Iterable, Mapping

from trainwright.logic.planning.draft import Draft
from trainwright.logic.planning.hyperparameters import as_strings
from trainwright.models.hyperparameter import Value
from trainwright.models.manifest import Training
from trainwright.models.message import JsonObject
from trainwright.models.plan import TrainingPlan

_QUEUE_SECONDS = 3600  # for capacity, start and upload, on top of the job's own limit


def training_plan(
    draft: Draft,
    train: Training,
    image: str,
    hyperparameters: Mapping[str, Value],
    channels: Iterable[str],
) -> TrainingPlan:
    """Build CreateTrainingJob."""
    asked = draft.settings.training
    instance_type = asked.instance_type or train.instance_type
    runtime = asked.max_runtime_seconds or train.max_runtime_seconds
    script = _script_hyperparameters(draft, train.entry_point) if train.entry_point else {}
    request: JsonObject = {
        "TrainingJobName": draft.job,
        "AlgorithmSpecification": {
            "TrainingImage": image,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": m.name, "Regex": m.regex} for m in train.metrics],
        },
        "HyperParameters": as_strings({**hyperparameters, **script}, script=bool(script)),
        "InputDataConfig": [
            _channel(draft, name, train.channels[name].content_type) for name in channels
        ],
        "OutputDataConfig": {"S3OutputPath": draft.output} | draft.kms("KmsKeyId"),
        "ResourceConfig": {
            "InstanceType": instance_type,
            "InstanceCount": asked.instance_count or train.instance_count,
            "VolumeSizeInGB": asked.volume_size_gb or train.volume_size_gb,
        }
        | draft.kms("VolumeKmsKeyId", instance_type),
        "RoleArn": draft.account.role,
        "StoppingCondition": {"MaxRuntimeInSeconds": runtime},
        "Tags": draft.tags,
    } | draft.vpc
    if environment := train.environment | asked.environment:
        request["Environment"] = environment
    return TrainingPlan(request=request, wait_seconds=runtime + _QUEUE_SECONDS)


def _script_hyperparameters(draft: Draft, entry_point: str) -> dict[str, Value]:
    return {
        "sagemaker_program": entry_point,
        "sagemaker_submit_directory": draft.algorithm.source,
        "sagemaker_job_name": draft.job,
        "sagemaker_region": draft.account.region,
        "sagemaker_container_log_level": 20,
    }


def _channel(draft: Draft, name: str, content_type: str | None) -> JsonObject:
    assert draft.data is not None  # the channel was found there
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"{draft.data.uri}{name}/",
        "S3DataDistributionType": "FullyReplicated",
    }
    described = {"ContentType": content_type} if content_type else {}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}} | described
