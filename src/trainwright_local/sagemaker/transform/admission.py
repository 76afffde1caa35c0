"""What a CreateTransformJob may ask for here; the rest is refused rather than ignored."""

from collections.abc import Iterator, Sequence

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.jobs.admission import given, s3_uri
from trainwright_local.sagemaker.models.containers import Container, mode_of
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.transform.joining import format_of

NOT_EMULATED = ("DataCaptureConfig", "ExperimentConfig")
MOST_MEGABYTES = 100
DATA_TYPES = {"S3Prefix", "ManifestFile"}
FORMATS = "text/csv, application/json or application/jsonlines"


def admit(request: Record) -> None:
    """Refuse *request* if any of it would not be done as AWS does it."""
    problems = list(_problems(request))
    if problems:
        raise ValidationException("; ".join(problems))


def _problems(request: Record) -> Iterator[str]:
    yield from given(request, NOT_EMULATED, "")
    yield from _sizes(request.get("MaxPayloadInMB"), request.get("MaxConcurrentTransforms", 0))
    source, result = request["TransformInput"], request["TransformOutput"]
    place = source["DataSource"]["S3DataSource"]
    if place["S3DataType"] not in DATA_TYPES:
        yield f"The S3DataType {place['S3DataType']} is not compatible with transform jobs"
    yield from s3_uri(place["S3Uri"], "TransformInput.DataSource.S3DataSource.S3Uri")
    yield from s3_uri(result["S3OutputPath"], "TransformOutput.S3OutputPath")
    yield from _processing(request.get("DataProcessing", {}), source, result)


def _sizes(megabytes: int | None, concurrent: int) -> Iterator[str]:
    if megabytes is None:
        return
    if megabytes > MOST_MEGABYTES:
        yield f"MaxPayloadInMB cannot be greater than {MOST_MEGABYTES}"
    elif concurrent * megabytes > MOST_MEGABYTES:
        yield (
            f"MaxConcurrentTransforms * MaxPayloadInMB cannot exceed {MOST_MEGABYTES} MB: it is "
            f"{concurrent * megabytes} MB"
        )


def _processing(asked: Record, source: Record, result: Record) -> Iterator[str]:
    """Say whether the format of records that are looked into is one that is known."""
    filters = {asked.get(name) or "$" for name in ("InputFilter", "OutputFilter")}
    if filters == {"$"} and asked.get("JoinSource", "None") == "None":
        return
    content = source.get("ContentType", "")
    accept = result.get("Accept") or content
    known = [format_of(media, split=True) for media in (content, accept)]
    if None in known:
        yield f"With DataProcessing, ContentType and Accept must be {FORMATS}"
    elif type(known[0]) is not type(known[1]):
        yield "With DataProcessing, ContentType and Accept must both be CSV or both be JSON"


def refuse_model(model: Record, containers: Sequence[Container]) -> None:
    """Refuse a model that answers requests for one of several models or containers only."""
    if any(container.multi_model for container in containers):
        raise ValidationException("Batch transform does not support multi-model containers")
    if len(containers) > 1 and mode_of(model) == "Direct":
        raise ValidationException(
            "Batch transform does not support models whose InferenceExecutionConfig is Direct"
        )
