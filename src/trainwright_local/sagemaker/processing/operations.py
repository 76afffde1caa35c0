"""The operations on processing jobs."""

from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.jobs import requests
from trainwright_local.sagemaker.jobs.admission import assumed
from trainwright_local.sagemaker.processing.admission import admit
from trainwright_local.sagemaker.processing.records import PROCESSING, new_record
from trainwright_local.sagemaker.processing.running import process
from trainwright_local.sagemaker.store import Record


@operation("CreateProcessingJob")
def create_processing_job(request: Record, context: Context) -> Record:
    """Start a job, or queue it; unlike those of training, inputs are looked for when it runs."""
    admit(request)
    record = new_record(request, context)
    requests.refuse_taken_name(PROCESSING, record, context)
    role = assumed(request["RoleArn"], context)
    return requests.create(PROCESSING, record, request, context, role, process)


@operation("DescribeProcessingJob")
def describe_processing_job(request: Record, context: Context) -> Record:
    """Return all that is known of a job."""
    return requests.found(PROCESSING, request, context)


@operation("ListProcessingJobs")
def list_processing_jobs(request: Record, context: Context) -> Record:
    """List jobs, by time of creation unless the request says otherwise."""
    return requests.listed(PROCESSING, request, context, "ExitMessage", "FailureReason")


@operation("StopProcessingJob")
def stop_processing_job(request: Record, context: Context) -> Record:
    """Begin to stop a job; stopping one that is being stopped is no error."""
    return requests.stop(PROCESSING, request, context)
