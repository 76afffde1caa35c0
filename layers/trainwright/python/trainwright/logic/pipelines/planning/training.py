"""Training jobs and tuning jobs."""

import json
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from trainwright.logic.pipelines.expressions import as_text, as_texts
from trainwright.logic.pipelines.planning.code import code_beside
from trainwright.logic.pipelines.planning.site import Draft, Site
from trainwright.logic.pipelines.planning.sources import sources_of
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.definition import DefinedStep
from trainwright.models.pipelines.sections import Channel, Range, TrainingSection, TuningSection
from trainwright.models.pipelines.written import is_expression

_MAX_CHANNEL_NAME = 64


def training(step: DefinedStep, site: Site) -> Draft:
    """Plan a Training step: one job."""
    section = step.section
    assert isinstance(section, TrainingSection)
    gathered: list[JsonObject] = []
    definition = _definition(step, section, site, gathered)
    metrics = [{"Name": metric.name, "Regex": metric.regex} for metric in section.metrics]
    if metrics:
        definition["AlgorithmSpecification"]["MetricDefinitions"] = metrics
    request = definition | {
        "HyperParameters": _hyperparameters(step, section, site),
        "Tags": site.tags(step, section.tags),
    }
    if section.env:
        request["Environment"] = as_texts(section.env)
    wait = site.wait(step, section.max_wait_seconds or section.max_runtime_seconds)
    return Draft("CreateTrainingJob", request, wait, gathered=tuple(gathered))


def tuning(step: DefinedStep, site: Site) -> Draft:
    """Plan a Tuning step: the best of many jobs."""
    section = step.section
    assert isinstance(section, TuningSection)
    gathered: list[JsonObject] = []
    definition = _definition(step, section, site, gathered)
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": metric.name, "Regex": metric.regex} for metric in section.metrics
    ]
    if section.objective.metric not in {metric.name for metric in section.metrics}:
        site.report(step, f"objective '{section.objective.metric}' is none of its 'metrics'")
    static = {
        name: value
        for name, value in _hyperparameters(step, section, site).items()
        if name not in section.ranges
    }
    definition |= {"StaticHyperParameters": static}
    if section.env:
        definition["Environment"] = as_texts(section.env)
    seed = {"RandomSeed": section.random_seed} if section.random_seed is not None else {}
    config = {
        "Strategy": section.strategy,
        "HyperParameterTuningJobObjective": {
            "Type": section.objective.type,
            "MetricName": section.objective.metric,
        },
        "ResourceLimits": {
            "MaxParallelTrainingJobs": section.max_parallel_jobs,
        }
        | ({} if section.strategy == "Grid" else {"MaxNumberOfTrainingJobs": section.max_jobs}),
        "ParameterRanges": _ranges(section.ranges),
        "TrainingJobEarlyStoppingType": section.early_stopping,
    } | seed
    request = {
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": definition,
        "Tags": site.tags(step, section.tags),
    }
    wait = site.wait(step, section.max_runtime_seconds) * _rounds(section)
    return Draft("CreateHyperParameterTuningJob", request, wait, gathered=tuple(gathered))


def _rounds(section: TuningSection) -> int:
    """Give how many jobs run one after the other; numbers known only later count as one each."""
    jobs, parallel = section.max_jobs, section.max_parallel_jobs
    if section.strategy == "Grid":
        jobs = prod(len(it.values) for it in section.ranges.values())
    if not isinstance(jobs, int) or not isinstance(parallel, int):
        return 1
    return -(-jobs // parallel)


def _definition(
    step: DefinedStep, section: TrainingSection, site: Site, gathered: list[JsonObject]
) -> JsonObject:
    """Build what a training job and the jobs of a tuning have in common."""
    waiting = {"MaxWaitTimeInSeconds": section.max_wait_seconds or section.max_runtime_seconds}
    spot = {"EnableManagedSpotTraining": True} if section.use_spot_instances else {}
    checkpoints = (
        {"CheckpointConfig": {"S3Uri": section.checkpoint_s3_uri}}
        if section.checkpoint_s3_uri
        else {}
    )
    return (
        {
            "AlgorithmSpecification": {
                "TrainingImage": section.image_uri,
                "TrainingInputMode": section.input_mode,
            },
            "InputDataConfig": list(_channels(step, section, site, gathered)),
            "OutputDataConfig": {
                "S3OutputPath": section.output_path or site.place(step.name, "model")
            }
            | site.kms("KmsKeyId"),
            "ResourceConfig": {
                "InstanceType": section.instance_type[0],
                "InstanceCount": section.instance_count,
                "VolumeSizeInGB": section.volume_size_in_gb,
            }
            | site.kms("VolumeKmsKeyId"),
            "RoleArn": site.role,
            "StoppingCondition": {"MaxRuntimeInSeconds": section.max_runtime_seconds}
            | (waiting if spot else {}),
        }
        | spot
        | checkpoints
        | site.vpc
    )


def _channels(
    step: DefinedStep, section: TrainingSection, site: Site, gathered: list[JsonObject]
) -> Iterator[JsonObject]:
    """Give each channel its own files, all of them, then what the step is chained to."""
    for name, channel in section.channels.items():
        locations = [site.staged_at(step, file.fileName) for file in channel.dataFiles]
        if len(locations) > 1:
            manifest = site.place(step.name, f"input/{name}.manifest")
            gathered.append({"manifest": manifest, "locations": locations})
            yield _channel(name, manifest, "ManifestFile", section, channel)
        elif locations:
            yield _channel(name, locations[0], "S3Prefix", section, channel)
    for source in sources_of(step, site):
        name = f"{source.step}-{source.channel}"
        if len(name) > _MAX_CHANNEL_NAME:
            site.report(step, f"its channel '{name}' has more than {_MAX_CHANNEL_NAME} letters")
        yield _channel(name, source.value, "S3Prefix", section, Channel())
    if section.model_data_uri:
        yield _channel("model", section.model_data_uri, "S3Prefix", section, Channel())


def _channel(
    name: str, uri: str, kind: str, section: TrainingSection, channel: Channel
) -> JsonObject:
    source = {
        "S3DataType": kind,
        "S3Uri": uri,
        "S3DataDistributionType": section.distribution,
    }
    content_type = channel.content_type or section.content_type
    described = {"ContentType": content_type} if content_type else {}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}} | described


def _hyperparameters(step: DefinedStep, section: TrainingSection, site: Site) -> dict[str, str]:
    """Give the script's arguments as SageMaker wants them: JSON in texts."""
    code = code_beside(step, section.entry_point, site)
    script = {
        "sagemaker_program": code.script,
        "sagemaker_submit_directory": code.source,
        "sagemaker_region": site.account.region,
        "sagemaker_container_log_level": 20,
    }
    values: Mapping[str, Any] = {**section.hyperparams, **script}
    return {
        name: as_text(value) if is_expression(value) else json.dumps(value)
        for name, value in values.items()
    }


def _ranges(ranges: Mapping[str, Range]) -> JsonObject:
    found: JsonObject = {
        "ContinuousParameterRanges": [],
        "IntegerParameterRanges": [],
        "CategoricalParameterRanges": [],
    }
    for name, it in ranges.items():
        if it.type == "categorical":
            values = [str(value) for value in it.values]
            found["CategoricalParameterRanges"].append({"Name": name, "Values": values})
            continue
        kind = "ContinuousParameterRanges" if it.type == "continuous" else "IntegerParameterRanges"
        bounds = {"MinValue": f"{it.minimum:.15g}", "MaxValue": f"{it.maximum:.15g}"}
        found[kind].append({"Name": name, **bounds, "ScalingType": it.scaling})
    return {kind: rows for kind, rows in found.items() if rows}
