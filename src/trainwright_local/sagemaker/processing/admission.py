"""What a CreateProcessingJob may ask for here; the rest is refused rather than ignored."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.images import is_emulated
from trainwright_local.sagemaker.jobs import sandbox
from trainwright_local.sagemaker.jobs.admission import given, image, s3_uri
from trainwright_local.sagemaker.store import Record

ROOT = PurePosixPath("/opt/ml/processing")
CLUSTER_NOT_EMULATED = ("InstancePreferences", "SelectedInstanceCount", "SelectedInstanceType")


def admit(request: Record) -> None:
    """Refuse *request* if any of it would not be done as AWS does it."""
    problems = list(_problems(request))
    if problems:
        raise ValidationException("; ".join(problems))


def inputs_of(job: Record) -> list[Record]:
    """Return the inputs of a request or a record."""
    inputs: list[Record] = job.get("ProcessingInputs", [])
    return inputs


def outputs_of(job: Record) -> list[Record]:
    """Return the outputs of a request or a record."""
    outputs: list[Record] = job.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return outputs


def is_isolated(job: Record) -> bool:
    """Whether the job's processes are to have no network."""
    return bool(job.get("NetworkConfig", {}).get("EnableNetworkIsolation"))


def _problems(request: Record) -> Iterator[str]:
    yield from given(request, ("ExperimentConfig",), "")
    emulated = is_emulated(request["AppSpecification"]["ImageUri"])
    if is_isolated(request) and emulated and not sandbox.available():
        yield "NetworkConfig.EnableNetworkIsolation needs bubblewrap (bwrap) on this machine"
    yield from _specification(request["AppSpecification"])
    yield from _cluster(request["ProcessingResources"]["ClusterConfig"])
    for number, item in enumerate(inputs_of(request), 1):
        yield from _input(item, f"ProcessingInputs.{number}")
    for number, item in enumerate(outputs_of(request), 1):
        yield from _output(item, f"ProcessingOutputConfig.Outputs.{number}")
    yield from _names(request)


def _specification(specification: Record) -> Iterator[str]:
    yield from image(specification["ImageUri"])
    if is_emulated(specification["ImageUri"]) and "ContainerEntrypoint" not in specification:
        yield (
            "The local cloud knows no entry point of framework images: set "
            "AppSpecification.ContainerEntrypoint"
        )


def _cluster(cluster: Record) -> Iterator[str]:
    where = "ProcessingResources.ClusterConfig."
    yield from given(cluster, CLUSTER_NOT_EMULATED, where)
    for name in ("InstanceType", "InstanceCount"):
        if name not in cluster:
            yield f"{where}{name} is missing"


def _input(item: Record, where: str) -> Iterator[str]:
    yield from given(item, ("AppManaged", "DatasetDefinition"), f"{where}.")
    source = item.get("S3Input")
    if source is None:
        yield f"{where}.S3Input is missing"
        return
    where = f"{where}.S3Input"
    if source.get("S3InputMode") == "Pipe":
        yield f"The local cloud does not emulate {where}.S3InputMode Pipe; use File"
    if source.get("S3CompressionType", "None") != "None":
        yield f"{where}.S3CompressionType Gzip can only be used when S3InputMode is Pipe"
    yield from _place(source, where)


def _output(item: Record, where: str) -> Iterator[str]:
    yield from given(item, ("AppManaged", "FeatureStoreOutput"), f"{where}.")
    if "S3Output" in item:
        yield from _place(item["S3Output"], f"{where}.S3Output")
    else:
        yield f"{where}.S3Output is missing"


def _place(members: Record, where: str) -> Iterator[str]:
    yield from s3_uri(members["S3Uri"], f"{where}.S3Uri")
    path = PurePosixPath(members.get("LocalPath", ""))
    if ROOT not in path.parents or ".." in path.parts:
        yield f"{where}.LocalPath must be a folder below {ROOT}/"


def _names(request: Record) -> Iterator[str]:
    inputs, outputs = inputs_of(request), outputs_of(request)
    names = [item["InputName"] for item in inputs] + [item["OutputName"] for item in outputs]
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        yield f"Input and Output names must be globally unique: {twice}"
    places = [item.get("S3Input", {}).get("LocalPath") for item in inputs]
    places += [item.get("S3Output", {}).get("LocalPath") for item in outputs]
    paths = [str(PurePosixPath(place)) for place in places if place]
    if twice := [path for path, times in Counter(paths).items() if times > 1]:
        yield f"A LocalPath belongs to one input or output: {twice}"
