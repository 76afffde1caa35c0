"""The sections of a model in `conf.models.<model>`: one for each kind of job.

Spellings, defaults and slips of the pen (`OuputLocalFilepath`) are those of the files that exist.
Where the reader those files were written for ignored a key, it is accepted here too and has its
effect, unless its comment says otherwise.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, FiniteFloat, model_validator

from trainwright.models.gate import Gate
from trainwright.models.manifest import Metric
from trainwright.models.names import Tags
from trainwright.models.pipelines.written import (
    Arguments,
    Count,
    Flag,
    Gigabytes,
    InstanceTypes,
    Megabytes,
    OrExpression,
    Seconds,
    Text,
    Variables,
    Written,
    as_channels,
    as_tags,
)

REPORT = "model_evaluation_metrics"
"""Name of the output that holds a step's evaluation report, and of the file in it (`.json`)."""
_ROOT = "/opt/ml/processing"

type Distribution = Literal["FullyReplicated", "ShardedByS3Key"]
type DataType = Literal["S3Prefix", "ManifestFile"]

MaybeTags = Annotated[Tags, BeforeValidator(as_tags, json_schema_input_type=Any)]


class DataFile(Written):
    """One input: an S3 location, or a local path that is uploaded at publishing."""

    fileName: Text  # noqa: N815 - the file's spelling
    sourceName: str = ""  # noqa: N815
    """The folder in the container of a processing job; the channel's name if left out."""


class Channel(Written):
    """A named input or output."""

    dataFiles: tuple[DataFile, ...] = ()  # noqa: N815
    content_type: str = ""
    s3Bucket: str = ""  # noqa: N815
    s3InputPrefix: str = ""  # noqa: N815
    s3BucketName: str = ""  # noqa: N815
    inputBucketPrefix: str = ""  # noqa: N815
    outputBucketPrefix: str = ""  # noqa: N815
    bucket_prefix: str = ""
    InputLocalFilepath: str = f"{_ROOT}/input/"
    OuputLocalFilepath: str = f"{_ROOT}/output/"  # the file's spelling


ChannelKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
"""Name of a channel, as SageMaker takes it; also a folder in the container."""

Channels = Annotated[
    dict[ChannelKey, Channel],
    BeforeValidator(as_channels, json_schema_input_type=dict[str, Any] | str),
]


class Location(Written):
    """Where a processing job's outputs lie in its container."""

    outputLocalFilepath: str = f"{_ROOT}/output"  # noqa: N815


class Job(Written):
    """What every kind of job has."""

    base_job_name: str = ""
    """Goes into the job's tags; jobs are named after their run and step."""
    instance_count: Count = 1
    instance_type: InstanceTypes = ("ml.m5.2xlarge",)
    tags: MaybeTags = Field(default_factory=dict)
    env: Variables = Field(default_factory=dict)
    channels: Channels = Field(default_factory=dict)


class ProcessingSection(Job):
    """A processing job: `python -m <entry_point>` in the image."""

    image_uri: Text
    entry_point: Text
    source_directory: str = ""
    volume_size_in_gb: Gigabytes = 32
    max_runtime_seconds: Seconds = 3000
    framework_version: str = ""
    s3_data_distribution_type: Distribution = "FullyReplicated"
    s3_data_type: DataType = "S3Prefix"
    s3_input_mode: Literal["File"] = "File"
    s3_upload_mode: Literal["EndOfJob", "Continuous"] = "EndOfJob"
    inputLocalFilepath: str = f"{_ROOT}/input"  # noqa: N815
    location: Location = Location()
    arguments: Arguments = ()


class TrainingSection(Job):
    """A training job that runs a script in the image."""

    image_uri: Text
    entry_point: Text
    source_directory: str = ""
    volume_size_in_gb: Gigabytes = 32
    max_runtime_seconds: Seconds = 3000
    output_path: str = ""
    hyperparams: dict[str, Any] = Field(default_factory=dict)
    model_data_uri: str = ""
    """A trained model to begin with: becomes the channel `model`."""
    content_type: str = ""
    input_mode: Literal["File", "FastFile", "Pipe"] = "File"
    distribution: Distribution = "FullyReplicated"
    metrics: tuple[Metric, ...] = ()
    """What to find in the log, for conditions and thresholds."""
    use_spot_instances: Flag = False
    max_wait_seconds: Seconds | None = None
    checkpoint_s3_uri: str = ""

    @model_validator(mode="after")
    def _waits_longer_than_it_runs(self) -> Self:
        run, wait = self.max_runtime_seconds, self.max_wait_seconds
        if isinstance(run, int) and isinstance(wait, int) and wait < run:
            raise ValueError(f"max_wait_seconds {wait} is below max_runtime_seconds {run}")
        return self


class Range(Written):
    """What one hyperparameter may be."""

    type: Literal["continuous", "integer", "categorical"]
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    values: tuple[str | int | float, ...] = ()
    scaling: Literal["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"] = "Auto"

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.type == "categorical":
            if not self.values or (self.minimum, self.maximum) != (None, None):
                raise ValueError("a categorical range has 'values', and no minimum or maximum")
        elif self.minimum is None or self.maximum is None or self.values:
            raise ValueError(
                f"a range of type {self.type} has a minimum and a maximum, no 'values'"
            )
        elif self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:.15g} is above maximum {self.maximum:.15g}")
        return self


class Objective(Written):
    """The metric to make as large, or as small, as can be."""

    metric: str
    type: Literal["Maximize", "Minimize"]


class TuningSection(TrainingSection):
    """Many training jobs, to find the best hyperparameters."""

    objective: Objective
    ranges: dict[str, Range] = Field(min_length=1)
    strategy: Literal["Bayesian", "Random", "Grid", "Hyperband"] = "Bayesian"
    max_jobs: Annotated[int, Field(ge=1, le=750), OrExpression()] = 10
    max_parallel_jobs: Annotated[int, Field(ge=1, le=100), OrExpression()] = 1
    early_stopping: Literal["Off", "Auto"] = "Off"
    random_seed: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _can_be_searched(self) -> Self:
        others = [name for name, it in self.ranges.items() if it.type != "categorical"]
        if self.strategy == "Grid" and others:
            raise ValueError(f"strategy Grid takes categorical ranges; '{others[0]}' is another")
        return self


class TransformSection(Job):
    """A batch transform job with the model of the model's CreateModel step."""

    image_uri: str = ""
    """Accepted and unused: the model's image is the registry's."""
    entry_point: str = ""
    """The script that serves, when the registry says `ModelRepack`."""
    strategy: Literal["SingleRecord", "MultiRecord"] | None = None
    assemble_with: Literal["None", "Line"] | None = None
    join_source: Literal["None", "Input"] | None = None
    split_type: Literal["None", "Line", "RecordIO", "TFRecord"] | None = None
    content_type: str = "text/csv"
    max_payload: Megabytes | None = None
    volume_size: Gigabytes = 50
    max_runtime_in_seconds: Seconds = 3600
    """How long the step is waited for; SageMaker has no such limit for transform jobs."""
    input_filter: str = ""
    output_filter: str = ""


class EvaluateSection(Job):
    """A processing job that writes `model_evaluation_metrics.json`."""

    image_uri: Text
    entry_point: Text
    source_directory: str = ""
    strategy: str = ""
    """Accepted and unused: a processing job has none."""
    max_payload: Megabytes | None = None
    """Likewise."""
    volume_size_in_gb: Gigabytes = 50
    max_runtime_in_seconds: Seconds = 3600
    s3_data_distribution_type: Distribution = "FullyReplicated"
    s3_data_type: DataType = "S3Prefix"
    s3_input_mode: Literal["File"] = "File"
    content_type: str = "application/json"


class InferenceSpecification(Written):
    """How the model is served."""

    image_uri: Text
    supported_content_types: tuple[str, ...] = Field(min_length=1)
    supported_response_MIME_types: tuple[str, ...] = Field(min_length=1)  # noqa: N815
    SupportedRealtimeInferenceInstanceTypes: tuple[str, ...] = ("ml.m5.2xlarge",)
    SupportedTransformInstanceTypes: tuple[str, ...] = ("ml.m5.2xlarge",)
    approval_status: Literal["Approved", "PendingManualApproval", "Rejected"] = (
        "PendingManualApproval"
    )


class RegistrySection(Written):
    """The model's version in the registry; its image also makes the model of CreateModel."""

    ModelRepack: Flag = True
    ModelPackageDescription: str = ""
    ModelPackageGroupName: str = ""
    """`<pipeline>-<model>` if left out."""
    InferenceSpecification: InferenceSpecification
    threshold: Gate | None = None
    """What the evaluation report must show, as a dotted path into it, or nothing is registered."""
    env: Variables = Field(default_factory=dict)
    tags: MaybeTags = Field(default_factory=dict)
