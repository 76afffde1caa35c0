"""The operations on training jobs."""

from trainwright_local.sagemaker.api.errors import ResourceInUse, ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach
from trainwright_local.sagemaker.roles import Role, RoleError, assume
from trainwright_local.sagemaker.storage import S3Uri, has_objects
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training import records
from trainwright_local.sagemaker.training.admission import admit
from trainwright_local.sagemaker.training.jobs import TrainingJobs

SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "TrainingJobStatus",
    "SecondaryStatus",
)


@operation("CreateTrainingJob")
def create_training_job(request: Record, context: Context) -> Record:
    """Start a job, or queue it; what is certain to fail is refused at once, as AWS does."""
    admit(request)
    record = records.new_record(request, context)
    name, arn = request["TrainingJobName"], record["TrainingJobArn"]
    if records.collection(context).get(name):
        raise _name_is_taken(arn)
    role = _assumed(request["RoleArn"], context)
    for channel in request.get("InputDataConfig", []):
        _check_objects(S3Uri.parse(channel["DataSource"]["S3DataSource"]["S3Uri"]), role)
    if not records.collection(context).add(name, record):
        raise _name_is_taken(arn)
    attach(context, arn, request.get("Tags", []))
    context.part(TrainingJobs).submit(context, record, role)
    return {"TrainingJobArn": arn}


@operation("DescribeTrainingJob")
def describe_training_job(request: Record, context: Context) -> Record:
    """Return all that is known of a job."""
    return _found(request, context)


@operation("ListTrainingJobs")
def list_training_jobs(request: Record, context: Context) -> Record:
    """List jobs, by time of creation unless the request says otherwise."""
    jobs, more = page(
        request,
        records.collection(context).list(),
        name="TrainingJobName",
        status="TrainingJobStatus",
    )
    return {"TrainingJobSummaries": [_summary(job) for job in jobs], **more}


@operation("StopTrainingJob")
def stop_training_job(request: Record, context: Context) -> Record:
    """Begin to stop a job; stopping one that is being stopped is no error."""
    job = _found(request, context)
    if job["TrainingJobStatus"] in records.ENDED:
        raise ValidationException(
            "The request was rejected because the training job is in status "
            f"{job['TrainingJobStatus']}."
        )
    context.part(TrainingJobs).stop(context, job)
    return {}


def _found(request: Record, context: Context) -> Record:
    job = records.collection(context).get(request["TrainingJobName"])
    if job is None:
        raise ValidationException("Requested resource not found.")
    return job


def _summary(job: Record) -> Record:
    return {member: job[member] for member in SUMMARY if member in job}


def _name_is_taken(arn: str) -> ResourceInUse:
    return ResourceInUse(
        "Training job names must be unique within an AWS account and region, and a training job "
        f"with this name already exists ({arn})"
    )


def _assumed(arn: str, context: Context) -> Role:
    try:
        return assume(context, arn)
    except RoleError as error:
        raise ValidationException(str(error)) from error


def _check_objects(prefix: S3Uri, role: Role) -> None:
    if not has_objects(role.s3, prefix):
        raise ValidationException(
            f'No S3 objects found under S3 URL "{prefix}" given in input data source. Please '
            f"ensure that the bucket exists in the selected region ({role.region}), that objects "
            f'exist under that S3 prefix, and that the role "{role.arn}" has "s3:ListBucket" '
            f'permissions on bucket "{prefix.bucket}".'
        )
