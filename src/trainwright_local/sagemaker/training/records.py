"""What is known of a training job: its record, each change of which is an event."""

import time
from collections.abc import Callable

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Collection, Record

DETAIL_TYPE = "SageMaker Training Job State Change"
COLLECTION = "training-jobs"
DEFAULT_RUNTIME_SECONDS = 86_400

MESSAGES = {
    "Pending": "Waiting for other training jobs to end",
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}
STATUS_OF = {
    "Completed": "Completed",
    "Failed": "Failed",
    "Stopping": "Stopping",
    "Stopped": "Stopped",
    "MaxRuntimeExceeded": "Stopped",
}
"""The status that goes with a secondary status; all others belong to a job in progress."""
ENDED = {"Completed", "Failed", "Stopped"}


def collection(context: Context) -> Collection:
    """Return the records of the training jobs of an account and region."""
    return context.store.collection(COLLECTION)


def new_record(request: Record, context: Context) -> Record:
    """Return the record of a job just asked for, which is starting."""
    now = time.time()
    name = request["TrainingJobName"]
    stopping = {"MaxRuntimeInSeconds": DEFAULT_RUNTIME_SECONDS}
    output = S3Uri.parse(request["OutputDataConfig"]["S3OutputPath"])
    asked = {key: value for key, value in request.items() if key != "Tags"}
    record: Record = {
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        "EnableManagedSpotTraining": False,
        **asked,
        "TrainingJobArn": context.arn(f"training-job/{name}"),
        "StoppingCondition": stopping | request.get("StoppingCondition", {}),
        "ModelArtifacts": {"S3ModelArtifacts": str(output.below(name, "output", "model.tar.gz"))},
        "CreationTime": now,
        "LastModifiedTime": now,
        "SecondaryStatusTransitions": [],
    }
    enter(record, "Starting")
    return record


def enter(record: Record, status: str, reason: str = "") -> None:
    """Let *record* enter a secondary status now."""
    now = time.time()
    transitions = record["SecondaryStatusTransitions"]
    if transitions:
        transitions[-1]["EndTime"] = now
    message = reason or MESSAGES[status]
    transitions.append({"Status": status, "StartTime": now, "StatusMessage": message})
    record["SecondaryStatus"] = status
    record["TrainingJobStatus"] = STATUS_OF.get(status, "InProgress")
    record["LastModifiedTime"] = now
    if status in {"Downloading", "Training"}:
        record.setdefault("TrainingStartTime", now)
    if reason:
        record["FailureReason"] = reason
    if record["TrainingJobStatus"] in ENDED:
        transitions[-1]["EndTime"] = now
        _note_duration(record, now)


def change(context: Context, name: str, alter: Callable[[Record], object]) -> Record:
    """Alter the record of a job without telling anybody."""
    record = collection(context).update(name, alter)
    assert record is not None, f"training job {name} is never deleted"
    return record


def advance(context: Context, name: str, status: str, reason: str = "") -> None:
    """Let a job enter a secondary status, and publish that."""
    announce(context, change(context, name, lambda record: enter(record, status, reason)))


def announce(context: Context, record: Record) -> None:
    """Publish *record* as the event AWS sends at every change of status."""
    arn = record["TrainingJobArn"]
    detail = in_milliseconds(record) | {"Tags": tags_of(context, arn)}
    publish(context, DETAIL_TYPE, detail, arn)


def _note_duration(record: Record, now: float) -> None:
    if "TrainingStartTime" in record:
        record["TrainingEndTime"] = now
        seconds = max(1, round(now - record["TrainingStartTime"]))
        record["TrainingTimeInSeconds"] = seconds
        record["BillableTimeInSeconds"] = seconds
