"""The operations on training jobs."""

from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.jobs import requests
from trainwright_local.sagemaker.jobs.admission import assumed, check_objects
from trainwright_local.sagemaker.jobs.running import Work
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.admission import admit
from trainwright_local.sagemaker.training.records import TRAINING, new_record
from trainwright_local.sagemaker.training.running import train
from trainwright_local.sagemaker.training.spot import SpotWaits


@operation("CreateTrainingJob")
def create_training_job(request: Record, context: Context) -> Record:
    """Start a job, or queue it; what is certain to fail is refused at once, as AWS does."""
    admit(request, context.config)
    record = new_record(request, context)
    requests.refuse_taken_name(TRAINING, record, context)
    role = assumed(request["RoleArn"], context)
    for channel in request.get("InputDataConfig", []):
        check_objects(S3Uri.parse(channel["DataSource"]["S3DataSource"]["S3Uri"]), role)
    return begin(record, request, context, role)


@operation("DescribeTrainingJob")
def describe_training_job(request: Record, context: Context) -> Record:
    """Return all that is known of a job."""
    return requests.found(TRAINING, request, context)


@operation("ListTrainingJobs")
def list_training_jobs(request: Record, context: Context) -> Record:
    """List jobs, by time of creation unless the request says otherwise."""
    return requests.listed(TRAINING, request, context, "SecondaryStatus")


@operation("StopTrainingJob")
def stop_training_job(request: Record, context: Context) -> Record:
    """Begin to stop a job; stopping one that is being stopped is no error."""
    return requests.stop(TRAINING, request, context)


def begin(
    record: Record, request: Record, context: Context, role: Role, work: Work = train
) -> Record:
    """Begin a job that has been admitted, whoever asks for it."""
    created = requests.create(TRAINING, record, request, context, role, work)
    context.part(SpotWaits).begin(record, context)
    return created
