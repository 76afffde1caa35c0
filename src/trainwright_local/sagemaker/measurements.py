"""What SageMaker itself puts into CloudWatch, in a namespace that callers cannot write to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

NAMESPACE = "AWS/SageMaker"


@dataclass(frozen=True)
class Measurement:
    """How often each value of a metric was measured."""

    metric: str
    unit: str
    dimensions: Mapping[str, str]
    counts: Mapping[float, int]


type Recorder = Callable[[str, str, Sequence[Measurement]], None]
"""Puts measurements into the CloudWatch of an account and region."""


def forget(account: str, region: str, measurements: Sequence[Measurement]) -> None:
    """Record nothing, for a service without CloudWatch beside it."""
    del account, region, measurements
