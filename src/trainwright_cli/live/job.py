"""A training job as it is now: its status, and its metrics so far."""

from dataclasses import dataclass

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.live.metrics import Series, add_metrics
from trainwright_cli.log_tail import TRAINING_JOBS, LogTail


@dataclass(frozen=True)
class Job:
    """What a training job shows of itself."""

    name: str
    status: str
    series: Series


class JobSource:
    """Reads the training job *name*; its log is read on from where the last look ended."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        self._sagemaker = cloud.sagemaker
        self._name = name
        self._log = LogTail(cloud, TRAINING_JOBS, f"{name}/")
        self._series: Series = {}

    def look(self) -> Job | None:
        """Give the job as it is now, or None while there is none."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded with the client

        try:
            found = self._sagemaker.describe_training_job(TrainingJobName=self._name)
        except ClientError as error:
            # SageMaker has no error of its own for what is not there.
            if error.response["Error"]["Code"] not in {"ValidationException", "ResourceNotFound"}:
                raise
            return None
        definitions = found["AlgorithmSpecification"].get("MetricDefinitions", [])
        expressions = {metric["Name"]: metric["Regex"] for metric in definitions}
        add_metrics(self._series, (line.message for line in self._log.new_lines()), expressions)
        return Job(self._name, found["SecondaryStatus"], self._series)
