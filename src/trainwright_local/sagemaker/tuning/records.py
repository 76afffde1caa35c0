"""What is known of a tuning job: its record, and what callers are told of that."""

import time

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.kinds import JobKind, public
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.tuning.ranges import ranges_of
from trainwright_local.sagemaker.tuning.search import combinations

CHILDREN, SEED = "_Children", "_Seed"
"""Members that only we see: name, values and objectives of each training job; what chance is."""
MOST_JOBS = 750
"""AWS's quota of training jobs of one tuning job."""
COUNTERS = ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped")
OBJECTIVES = ("Succeeded", "Pending", "Failed")


def _note_end(record: Record, _stage: str, _reason: str, now: float) -> None:
    if TUNING.has_ended(record):
        record["HyperParameterTuningEndTime"] = now


TUNING = JobKind(
    prefix="HyperParameterTuning",
    title="HyperParameter Tuning Job",
    resource="hyper-parameter-tuning-job",
    log_group="",  # its training jobs have logs, it has none
    running=frozenset(),
    note=_note_end,
    name_taken=(
        "Hyperparameter tuning job names must be unique within an AWS account and region, and a "
        "tuning job with this name already exists ({arn})"
    ),
)


def new_record(request: Record, context: Context, seed: int) -> Record:
    """Return the record of a job just asked for."""
    return TUNING.new_record(
        {
            **request,
            "TrainingJobStatusCounters": dict.fromkeys(COUNTERS, 0),
            "ObjectiveStatusCounters": dict.fromkeys(OBJECTIVES, 0),
            CHILDREN: [],
            SEED: request["HyperParameterTuningJobConfig"].get("RandomSeed", seed),
        },
        context,
    )


def described(record: Record) -> Record:
    """Return what callers are told of a job."""
    seconds = record.get("HyperParameterTuningEndTime", time.time()) - record["CreationTime"]
    return public(record) | {"ConsumedResources": {"RuntimeInSeconds": round(seconds)}}


def most_jobs(record: Record) -> int:
    """Return how many training jobs a tuning job has at most."""
    config = record["HyperParameterTuningJobConfig"]
    if config["Strategy"] == "Grid":
        return combinations(ranges_of(config["ParameterRanges"]))
    most: int = config["ResourceLimits"].get("MaxNumberOfTrainingJobs", MOST_JOBS)
    return most
