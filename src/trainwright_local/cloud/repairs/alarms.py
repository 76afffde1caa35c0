"""Which values a CloudWatch alarm looks at.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudwatch

type Key = tuple[str, str, str]
"""Namespace, name and dimensions of a metric."""

_watched: ContextVar[Key | None] = ContextVar("metric of the alarm", default=None)


def watch_the_metric_with_its_dimensions() -> None:
    """Evaluate an alarm by the metric whose dimensions it names, and by no other.

    In MiniStack the errors of any endpoint or function are those of all.
    """
    evaluate = cloudwatch._evaluate_alarm

    def evaluate_by_its_metric(alarm: dict[str, Any]) -> None:
        dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
        metric = alarm.get("Namespace", ""), alarm.get("MetricName", "")
        token = _watched.set((*metric, cloudwatch._dims_key(dimensions)))
        try:
            evaluate(alarm)
        finally:
            _watched.reset(token)

    cloudwatch._metrics = _Metrics()
    cloudwatch._evaluate_alarm = evaluate_by_its_metric


class _Metrics(AccountRegionScopedDict):  # type: ignore[misc]
    """Values by metric; while an alarm is evaluated, those of its metric only."""

    __slots__ = ()

    def items(self) -> Iterable[tuple[Key, list[dict[str, Any]]]]:
        key = _watched.get()
        if key is None:
            return list(super().items())
        points = self.get(key)
        return [] if points is None else [(key, list(points))]
