"""What is known of a transform job."""

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.jobs.kinds import JobKind, queued
from trainwright_local.sagemaker.store import Record

TRANSFORM = queued(
    JobKind(
        prefix="Transform",
        title="Transform Job",
        resource="transform-job",
        log_group="/aws/sagemaker/TransformJobs",
        running=frozenset({"Transforming"}),
    )
)


def new_record(request: Record, context: Context) -> Record:
    """Return the record of a job just asked for."""
    processing = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
    given = {"CompressionType": "None", "SplitType": "None"} | request["TransformInput"]
    return TRANSFORM.new_record(
        {
            **request,
            "TransformInput": given,
            "TransformOutput": {"AssembleWith": "None", **request["TransformOutput"]},
            "DataProcessing": processing | request.get("DataProcessing", {}),
        },
        context,
    )
