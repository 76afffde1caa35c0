"""What is known of a processing job, each change of whose status is an event."""

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.kinds import JobKind, queued
from trainwright_local.sagemaker.store import Record

DEFAULT_RUNTIME_SECONDS = 86_400

PROCESSING = queued(
    JobKind(
        prefix="Processing",
        title="Processing Job",
        resource="processing-job",
        log_group="/aws/sagemaker/ProcessingJobs",
        running=frozenset({"Downloading", "Processing"}),
    )
)


def new_record(request: Record, context: Context) -> Record:
    """Return the record of a job just asked for, with the defaults that AWS describes."""
    stopping = {"MaxRuntimeInSeconds": DEFAULT_RUNTIME_SECONDS}
    members = {**request, "StoppingCondition": stopping | request.get("StoppingCondition", {})}
    if "ProcessingInputs" in request:
        members["ProcessingInputs"] = [_input(item) for item in request["ProcessingInputs"]]
    if "ProcessingOutputConfig" in request:
        config = request["ProcessingOutputConfig"]
        outputs = [{"AppManaged": False, **item} for item in config["Outputs"]]
        members["ProcessingOutputConfig"] = {**config, "Outputs": outputs}
    return PROCESSING.new_record(members, context)


def _input(item: Record) -> Record:
    defaults = {
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
        "S3CompressionType": "None",
    }
    return {"AppManaged": False, **item, "S3Input": {**defaults, **item["S3Input"]}}
