"""Metrics read from the lines of a script by the regular expressions of its request."""

import logging
import math
import re
from collections.abc import Callable
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.jobs.output import Line
from trainwright_local.sagemaker.store import Record

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

logger = logging.getLogger(__name__)

NAMESPACE = "/aws/sagemaker/TrainingJobs"
MOST_VALUES = 500


def found_in(batch: list[Line], definitions: list[Record]) -> list[Record]:
    """Return the metrics in *batch* as members of FinalMetricDataList, in order of time."""
    patterns = [(item["Name"], re.compile(item["Regex"])) for item in definitions]
    return [
        {"MetricName": name, "Value": value, "Timestamp": line.time / 1000}
        for line in batch
        for name, pattern in patterns
        for value in map(_number, pattern.findall(line.text))
        if value is not None
    ]


class MetricWatch:
    """Looks for metrics in batches, keeps the last of each, and publishes all in CloudWatch."""

    def __init__(
        self,
        definitions: list[Record],
        keep: Callable[[list[Record]], object],
        client: "CloudWatchClient",
        job: str,
    ) -> None:
        self._definitions = definitions
        self._keep = keep
        self._client = client
        self._job = job
        self._last: dict[str, Record] = {}
        self._refused = False

    def observe(self, batch: list[Line]) -> None:
        """Take note of the metrics in a batch."""
        values = found_in(batch, self._definitions)
        if values:
            self._last |= {value["MetricName"]: value for value in values}
            self._keep(list(self._last.values()))
            self._publish(values)

    def _publish(self, values: list[Record]) -> None:
        """Put values into CloudWatch; a role that may not costs the graph and not the job."""
        if self._refused:
            return
        try:
            for some in batched(values, MOST_VALUES, strict=False):
                data: list[MetricDatumTypeDef] = [
                    {
                        "MetricName": value["MetricName"],
                        "Value": value["Value"],
                        "Timestamp": value["Timestamp"],
                        "Dimensions": [{"Name": "TrainingJobName", "Value": self._job}],
                    }
                    for value in some
                ]
                self._client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except (ClientError, BotoCoreError) as error:
            self._refused = True
            logger.warning("No metrics of %s in CloudWatch from here on: %s", self._job, error)


def _number(found: str | tuple[str, ...]) -> float | None:
    """Read the first group of a match; what is no finite number is no metric."""
    text = found if isinstance(found, str) else found[0]
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
