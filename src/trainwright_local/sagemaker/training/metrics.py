"""Metrics read from the lines of a script by the regular expressions of its request."""

import logging
import math
import re
import threading
from collections.abc import Callable, Iterable
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

type Watch = Callable[[list[Record]], object]
"""Is told of metrics as they come."""


def nobody(_values: list[Record]) -> None:
    """Watch no metric."""


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
    """Looks for metrics in batches, tells the *watches*, and publishes all in CloudWatch."""

    def __init__(
        self,
        definitions: list[Record],
        watches: Iterable[Watch],
        client: "CloudWatchClient",
        job: str,
    ) -> None:
        self._definitions = definitions
        self._watches = tuple(watches)
        self._client = client
        self._job = job
        self._lock = threading.Lock()
        self._refused = False

    def observe(self, batch: list[Line]) -> None:
        """Take note of the metrics in a batch; each instance has a thread that brings some."""
        values = found_in(batch, self._definitions)
        if values:
            with self._lock:
                for watch in self._watches:
                    watch(values)
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
