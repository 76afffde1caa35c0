"""The operations on tuning jobs."""

from random import SystemRandom

from trainwright_local.sagemaker.api.errors import (
    ResourceInUse,
    ResourceNotFound,
    ValidationException,
)
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach
from trainwright_local.sagemaker.jobs import requests
from trainwright_local.sagemaker.jobs.admission import assumed
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.tuning.admission import admit
from trainwright_local.sagemaker.tuning.children import children_of, summary_of
from trainwright_local.sagemaker.tuning.jobs import TuningJobs
from trainwright_local.sagemaker.tuning.records import TUNING, described, new_record
from trainwright_local.sagemaker.tuning.search import SEEDS
from trainwright_local.sagemaker.tuning.warm_start import check_parents

SUMMARY = (
    "HyperParameterTuningJobName",
    "HyperParameterTuningJobArn",
    "HyperParameterTuningJobStatus",
    "CreationTime",
    "HyperParameterTuningEndTime",
    "LastModifiedTime",
    "TrainingJobStatusCounters",
    "ObjectiveStatusCounters",
)
BY_OBJECTIVE = "FinalObjectiveMetricValue"


@operation("CreateHyperParameterTuningJob")
def create_hyper_parameter_tuning_job(request: Record, context: Context) -> Record:
    """Start a job; what would be refused of its training jobs is refused of it."""
    admit(request)
    check_parents(request, context)
    record = new_record(request, context, SystemRandom().randrange(SEEDS))
    requests.refuse_taken_name(TUNING, record, context)
    assumed(request["TrainingJobDefinition"]["RoleArn"], context)
    arn = record[TUNING.arn]
    if not TUNING.collection(context).add(record[TUNING.name], record):
        raise ResourceInUse(TUNING.name_taken.format(arn=arn))
    attach(context, arn, request.get("Tags", []))
    TUNING.announce(context, record)
    context.part(TuningJobs).run(context, record)
    return {TUNING.arn: arn}


@operation("DescribeHyperParameterTuningJob")
def describe_hyper_parameter_tuning_job(request: Record, context: Context) -> Record:
    """Return all that is known of a job."""
    return described(_found(request, context))


@operation("ListHyperParameterTuningJobs")
def list_hyper_parameter_tuning_jobs(request: Record, context: Context) -> Record:
    """List jobs, by name unless the request says otherwise."""
    jobs, more = page(
        {"SortBy": "Name"} | request,
        TUNING.collection(context).list(),
        name=TUNING.name,
        status=TUNING.status,
    )
    return {"HyperParameterTuningJobSummaries": [_summary(job) for job in jobs], **more}


@operation("ListTrainingJobsForHyperParameterTuningJob")
def list_training_jobs(request: Record, context: Context) -> Record:
    """List the training jobs of a job, by name unless the request says otherwise."""
    tuning = _found(request, context)
    summaries = [summary_of(child, tuning) for child in children_of(tuning, context)]
    if request.get("SortBy") == BY_OBJECTIVE:
        metric = "FinalHyperParameterTuningJobObjectiveMetric"
        summaries = [s | {BY_OBJECTIVE: s[metric]["Value"]} for s in summaries if metric in s]
    listed, more = page(
        {"SortBy": "Name"} | request,
        summaries,
        name="TrainingJobName",
        status="TrainingJobStatus",
    )
    for summary in listed:
        summary.pop(BY_OBJECTIVE, None)
    return {"TrainingJobSummaries": listed, **more}


@operation("StopHyperParameterTuningJob")
def stop_hyper_parameter_tuning_job(request: Record, context: Context) -> Record:
    """Begin to stop a job, and with it the training jobs that run; no error if it is ending."""
    job = _found(request, context)
    if TUNING.has_ended(job):
        raise ValidationException(
            "The request was rejected because the hyperparameter tuning job is in status "
            f"{job[TUNING.status]}."
        )
    TUNING.advance(context, job[TUNING.name], "Stopping")
    context.part(TuningJobs).notice(job[TUNING.arn])
    return {}


def _found(request: Record, context: Context) -> Record:
    name = request[TUNING.name]
    job = TUNING.collection(context).get(name)
    if job is None:
        raise ResourceNotFound(
            f"Amazon SageMaker can't find a tuning job called {name}. Type another name."
        )
    return job


def _summary(job: Record) -> Record:
    limits = job["HyperParameterTuningJobConfig"]["ResourceLimits"]
    shown = {member: job[member] for member in SUMMARY if member in job}
    strategy = job["HyperParameterTuningJobConfig"]["Strategy"]
    return shown | {"Strategy": strategy, "ResourceLimits": limits}
