"""The operations on transform jobs."""

from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.jobs import requests
from trainwright_local.sagemaker.jobs.admission import assumed, check_objects
from trainwright_local.sagemaker.models.containers import containers_of
from trainwright_local.sagemaker.models.operations import found_model
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.transform.admission import admit, refuse_model
from trainwright_local.sagemaker.transform.records import TRANSFORM, new_record
from trainwright_local.sagemaker.transform.running import transform_with


@operation("CreateTransformJob")
def create_transform_job(request: Record, context: Context) -> Record:
    """Start a job, or queue it; what is certain to fail is refused at once, as AWS does."""
    admit(request)
    record = new_record(request, context)
    requests.refuse_taken_name(TRANSFORM, record, context)
    model = found_model(request["ModelName"], context)
    containers = containers_of(model, context)
    refuse_model(model, containers)
    role = assumed(model["ExecutionRoleArn"], context)
    source = request["TransformInput"]["DataSource"]["S3DataSource"]
    check_objects(S3Uri.parse(source["S3Uri"]), role)
    return requests.create(TRANSFORM, record, request, context, role, transform_with(containers))


@operation("DescribeTransformJob")
def describe_transform_job(request: Record, context: Context) -> Record:
    """Return all that is known of a job."""
    return requests.found(TRANSFORM, request, context)


@operation("ListTransformJobs")
def list_transform_jobs(request: Record, context: Context) -> Record:
    """List jobs, the newest first unless the request says otherwise."""
    newest_first = {"SortOrder": "Descending"} | request
    return requests.listed(TRANSFORM, newest_first, context, "FailureReason")


@operation("StopTransformJob")
def stop_transform_job(request: Record, context: Context) -> Record:
    """Begin to stop a job; results that are complete by then stay."""
    return requests.stop(TRANSFORM, request, context)
