"""What the status and the failure reason of a job mean for somebody who waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainwright.errors import (
    CapacityError,
    InterruptionError,
    StepFailedError,
    TrainingFailedError,
    TrainingStoppedError,
)
from trainwright.models.message import JsonObject
from trainwright.models.states import TrainingOutcome
from trainwright.models.task import Phase, ResourceState

# A failure reason begins with the kind of error; it is the only thing that tells them apart.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
_REASONS: tuple[tuple[str, type[Exception]], ...] = (
    ("CapacityError", CapacityError),
    ("InternalServerError", InterruptionError),
)


def training_state(name: str, found: Any) -> ResourceState:  # noqa: ANN401 - DescribeTrainingJob's
    """Read the answer of DescribeTrainingJob."""
    changed, status = found["LastModifiedTime"], found["TrainingJobStatus"]
    if status == "Completed":
        outcome = TrainingOutcome(
            job=name,
            artifact=found["ModelArtifacts"]["S3ModelArtifacts"],
            metrics={m["MetricName"]: m["Value"] for m in found.get("FinalMetricDataList", [])},
            seconds=found.get("BillableTimeInSeconds", 0),
        )
        return ResourceState(
            phase=Phase.SUCCEEDED, changed=changed, output=outcome.model_dump(mode="json")
        )
    reason = found.get("FailureReason", f"the training job {name} was {status.lower()}")
    if status == "Failed":
        return failed(_kind_of(reason, TrainingFailedError), reason, changed)
    if status == "Stopped":
        secondary = found["SecondaryStatus"]
        error = InterruptionError if secondary == "Interrupted" else TrainingStoppedError
        return failed(error, _stop_reason(secondary), changed)
    return ResourceState(phase=Phase.RUNNING, changed=changed)


def ended(
    status: str, changed: datetime, output: JsonObject, what: str, reason: str
) -> ResourceState:
    """Read the status of a job that is no training job."""
    if status == "Completed":
        return ResourceState(phase=Phase.SUCCEEDED, changed=changed, output=output)
    if status == "Failed":
        said = reason or f"the {what} failed and gave no reason"
        return failed(_kind_of(said, StepFailedError), said, changed)
    if status == "Stopped":
        return failed(StepFailedError, reason or f"the {what} was stopped", changed)
    return ResourceState(phase=Phase.RUNNING, changed=changed)


def failed(error: type[Exception], reason: str, changed: datetime) -> ResourceState:
    """Describe a resource that has ended badly."""
    return ResourceState(phase=Phase.FAILED, changed=changed, error=error.__name__, reason=reason)


def _kind_of(reason: str, otherwise: type[Exception]) -> type[Exception]:
    return next((kind for prefix, kind in _REASONS if reason.startswith(prefix)), otherwise)


def _stop_reason(secondary: str) -> str:
    reached = "it reached its longest allowed time" if secondary.startswith("Max") else "on request"
    return f"the training job was stopped: {reached}"
