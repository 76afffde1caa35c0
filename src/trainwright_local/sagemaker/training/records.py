"""What is known of a training job: its record, each change of which is an event."""

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.kinds import STATUS_OF, JobKind, queued
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.artifacts import artifacts_uri

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
    "Interrupted": "The managed spot training instances were interrupted",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
}
BILLABLE = {"Downloading", "Training", "Uploading", "Stopping"}
"""What instances are paid for; not the time between an interruption and the next instances."""


def _note_transition(record: Record, stage: str, reason: str, now: float) -> None:
    """Write the secondary status, and at the end the time that was paid for."""
    transitions = record["SecondaryStatusTransitions"]
    if transitions:
        transitions[-1]["EndTime"] = now
    message = reason or MESSAGES[stage]
    transitions.append({"Status": stage, "StartTime": now, "StatusMessage": message})
    record["SecondaryStatus"] = stage
    if TRAINING.has_ended(record):
        transitions[-1]["EndTime"] = now
        _note_duration(record, now)


def _note_duration(record: Record, now: float) -> None:
    if "TrainingStartTime" not in record:
        return
    began = record["TrainingStartTime"]
    billable = sum(
        stage["EndTime"] - max(stage["StartTime"], began)
        for stage in record["SecondaryStatusTransitions"]
        if stage["Status"] in BILLABLE and stage["EndTime"] > began
    )
    record["TrainingTimeInSeconds"] = max(1, round(now - began))
    record["BillableTimeInSeconds"] = max(1, round(billable))


TRAINING = queued(
    JobKind(
        prefix="Training",
        title="Training Job",
        resource="training-job",
        log_group="/aws/sagemaker/TrainingJobs",
        running=frozenset({"Downloading", "Training"}),
        timed_out="MaxRuntimeExceeded",
        statuses={
            **STATUS_OF,
            "MaxRuntimeExceeded": "Stopped",
            "MaxWaitTimeExceeded": "Stopped",
        },
        note=_note_transition,
        name_taken=(
            "Training job names must be unique within an AWS account and region, and a training "
            "job with this name already exists ({arn})"
        ),
        not_found="Requested resource not found.",
    )
)


def new_record(request: Record, context: Context) -> Record:
    """Return the record of a job just asked for, which is starting."""
    stopping = {"MaxRuntimeInSeconds": DEFAULT_RUNTIME_SECONDS}
    model = artifacts_uri(request["OutputDataConfig"], request["TrainingJobName"])
    members = {
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        "EnableManagedSpotTraining": False,
        **request,
        # AWS describes the key that was not given, and its SDK relies on that.
        "OutputDataConfig": {"KmsKeyId": "", **request["OutputDataConfig"]},
        "StoppingCondition": stopping | request.get("StoppingCondition", {}),
        "ModelArtifacts": {"S3ModelArtifacts": str(model)},
        "SecondaryStatusTransitions": [],
    }
    return TRAINING.new_record(members, context)
