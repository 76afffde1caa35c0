"""What a CreateTrainingJob may ask for here; the rest is refused rather than ignored."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.images import is_emulated
from trainwright_local.sagemaker.jobs.admission import given, image, pipe, s3_uri
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.checkpoints import DEFAULT_PATH, local_folder
from trainwright_local.sagemaker.training.inputs import PROGRAM, SUBMIT_DIRECTORY, parameter
from trainwright_local.sagemaker.training.records import DEFAULT_RUNTIME_SECONDS

NOT_EMULATED = (
    "DebugRuleConfigurations",
    "ExperimentConfig",
    "InfraCheckConfig",
    "MlflowConfig",
    "ModelPackageConfig",
    "ProfilerRuleConfigurations",
    "ServerlessJobConfig",
    "SessionChainingConfig",
    "TensorBoardOutputConfig",
)
ALGORITHM_NOT_EMULATED = ("AlgorithmName", "TrainingImageConfig")
HOOK_NOT_EMULATED = ("CollectionConfigurations", "HookParameters")
PROFILER_NOT_EMULATED = ("ProfilingParameters",)
"""The rest of the two has no effect here; version 2 of the SageMaker SDK gives it in every job."""
RESOURCES_NOT_EMULATED = (
    "InstanceGroups",
    "InstancePlacementConfig",
    "KeepAlivePeriodInSeconds",
    "TrainingPlanArn",
)
SOURCE_NOT_EMULATED = (
    "AttributeNames",
    "HubAccessConfig",
    "InstanceGroupNames",
    "ModelAccessConfig",
)


def admit(request: Record, config: SageMakerConfig | None = None) -> None:
    """Refuse *request* if any of it would not be done as AWS does it.

    With a *config* the image may be one of scripts, in the registry of that cloud.
    """
    problems = list(_problems(request, config))
    if problems:
        raise ValidationException("; ".join(problems))


def _problems(request: Record, config: SageMakerConfig | None) -> Iterator[str]:
    yield from given(request, NOT_EMULATED, "")
    if request.get("RemoteDebugConfig", {}).get("EnableRemoteDebug"):
        yield "The local cloud does not emulate RemoteDebugConfig.EnableRemoteDebug"
    yield from given(request.get("DebugHookConfig", {}), HOOK_NOT_EMULATED, "DebugHookConfig.")
    yield from given(request.get("ProfilerConfig", {}), PROFILER_NOT_EMULATED, "ProfilerConfig.")
    yield from _algorithm(request.get("AlgorithmSpecification"), config)
    yield from _script(request)
    yield from _resources(request.get("ResourceConfig"))
    yield from _output(request["OutputDataConfig"])
    yield from _spot(request)
    yield from _checkpoints(request.get("CheckpointConfig"))
    channels = request.get("InputDataConfig", [])
    for number, channel in enumerate(channels, 1):
        yield from _channel(channel, f"InputDataConfig.{number}")
    names = [channel["ChannelName"] for channel in channels]
    if len(set(names)) < len(names):
        yield "InputDataConfig names a channel twice"


def _algorithm(algorithm: Record | None, config: SageMakerConfig | None) -> Iterator[str]:
    if algorithm is None or "TrainingImage" not in algorithm:
        yield "AlgorithmSpecification.TrainingImage is missing"
        return
    yield from given(algorithm, ALGORITHM_NOT_EMULATED, "AlgorithmSpecification.")
    if algorithm["TrainingInputMode"] == "Pipe":
        yield pipe("AlgorithmSpecification.TrainingInputMode")
    for definition in algorithm.get("MetricDefinitions", []):
        yield from _metric(definition)
    yield from image(algorithm["TrainingImage"], config)


def _script(request: Record) -> Iterator[str]:
    algorithm = request.get("AlgorithmSpecification", {})
    if algorithm.get("ContainerEntrypoint") or not is_emulated(algorithm.get("TrainingImage", "")):
        return
    if algorithm.get("ContainerArguments"):
        yield "ContainerArguments of a framework image need a ContainerEntrypoint to go with them"
    program, source = parameter(request, PROGRAM), parameter(request, SUBMIT_DIRECTORY)
    if not program or not source:
        yield (
            f"The local cloud runs framework images in script mode only: set the hyperparameters "
            f"{PROGRAM} (a file of the source) and {SUBMIT_DIRECTORY} (its tar.gz in S3)"
        )
        return
    path = PurePosixPath(program)
    if path.is_absolute() or ".." in path.parts or program.startswith("-"):
        yield f"The hyperparameter {PROGRAM} is not a file of the source: {program}"
    yield from s3_uri(source, f"The hyperparameter {SUBMIT_DIRECTORY}")


def _resources(resources: Record | None) -> Iterator[str]:
    if resources is None:
        yield "ResourceConfig is missing"
        return
    yield from given(resources, RESOURCES_NOT_EMULATED, "ResourceConfig.")
    if "InstanceType" not in resources and not resources.get("InstanceGroups"):
        yield "ResourceConfig.InstanceType is missing"
    if resources.get("InstanceCount", 1) < 1:
        yield "ResourceConfig.InstanceCount must be at least 1"


def _output(output: Record) -> Iterator[str]:
    yield from s3_uri(output["S3OutputPath"], "OutputDataConfig.S3OutputPath")


def _spot(request: Record) -> Iterator[str]:
    limits = request.get("StoppingCondition", {})
    wait = limits.get("MaxWaitTimeInSeconds")
    if not request.get("EnableManagedSpotTraining"):
        if wait is not None:
            yield (
                "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining "
                "is set to true"
            )
    elif wait is None or wait < limits.get("MaxRuntimeInSeconds", DEFAULT_RUNTIME_SECONDS):
        yield (
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds"
        )


def _checkpoints(config: Record | None) -> Iterator[str]:
    if config is None:
        return
    yield from s3_uri(config["S3Uri"], "CheckpointConfig.S3Uri")
    try:
        local_folder(config.get("LocalPath", DEFAULT_PATH))
    except ValueError:
        yield (
            "The local cloud keeps checkpoints in a folder of their own below /opt/ml: "
            f"CheckpointConfig.LocalPath cannot be {config['LocalPath']}"
        )


def _channel(channel: Record, where: str) -> Iterator[str]:
    source = channel["DataSource"].get("S3DataSource")
    if source is None:
        yield f"The local cloud does not emulate {where}.DataSource other than S3DataSource"
        return
    yield from given(source, SOURCE_NOT_EMULATED, f"{where}.DataSource.S3DataSource.")
    if source["S3DataType"] == "AugmentedManifestFile":
        # Whatever its mode is, to hear of the other one would lead nowhere.
        yield (
            f"{where}: AugmentedManifestFile can only be used with the input mode Pipe, which the "
            "local cloud does not emulate; use ManifestFile with File or FastFile"
        )
    elif source["S3DataType"] not in {"S3Prefix", "ManifestFile"}:
        yield f"The local cloud does not emulate {where} with S3DataType {source['S3DataType']}"
    elif channel.get("InputMode") == "Pipe":
        yield pipe(f"{where}.InputMode")
    for name in ("CompressionType", "RecordWrapperType"):
        if channel.get(name, "None") != "None":
            yield f"{where}.{name} must be None in File mode"
    yield from s3_uri(source["S3Uri"], f"{where}.DataSource.S3DataSource.S3Uri")


def _metric(definition: Record) -> Iterator[str]:
    where = f"The Regex of metric {definition['Name']}"
    try:
        groups = re.compile(definition["Regex"]).groups
    except re.error as error:
        yield f"{where} is not valid: {error}"
        return
    if not groups:
        yield f"{where} captures nothing: put the number into parentheses"
