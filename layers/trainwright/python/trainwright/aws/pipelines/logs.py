"""The last lines of SageMaker's jobs, from their log streams."""

from trainwright.aws.clients import logs, our_errors

_GROUPS = {
    "training-job": "/aws/sagemaker/TrainingJobs",
    "processing-job": "/aws/sagemaker/ProcessingJobs",
    "transform-job": "/aws/sagemaker/TransformJobs",
}
"""Log group by kind of job; a stream's name begins with the job's."""


class CloudWatchJobLogs:
    """Log streams of jobs, by ARN."""

    def tail(self, resource: str, lines: int) -> list[str]:
        """Give the last lines of a job; none if it printed nothing, or if it is no job."""
        family, _, name = resource.rpartition(":")[2].partition("/")
        if (group := _GROUPS.get(family)) is None:
            return []
        client = logs()
        try:
            with our_errors():
                streams = client.describe_log_streams(
                    logGroupName=group, logStreamNamePrefix=f"{name}/", limit=1
                )["logStreams"]
                if not streams:
                    return []
                found = client.get_log_events(
                    logGroupName=group,
                    logStreamName=streams[0]["logStreamName"],
                    limit=lines,
                    startFromHead=False,
                )
        except client.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found["events"]]
