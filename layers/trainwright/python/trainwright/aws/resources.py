"""How far SageMaker's resources are, by ARN: one row for each kind that a state waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from trainwright.aws.clients import our_errors, sagemaker
from trainwright.errors import (
    EndpointFailedError,
    InvalidRequestError,
    TrainingFailedError,
    TrainingStoppedError,
)
from trainwright.models.states import EndpointOutcome, TrainingOutcome
from trainwright.models.task import Phase, ResourceState


class SageMakerResources:
    """Training jobs and endpoints."""

    def describe(self, resource: str) -> ResourceState:
        """Say how far *resource* is."""
        kind, _, name = resource.rpartition(":")[2].partition("/")
        try:
            with our_errors():
                return _KINDS[kind](name)
        except InvalidRequestError:
            return ResourceState(phase=Phase.MISSING, changed=datetime.now(UTC))


def _training_job(name: str) -> ResourceState:
    found = sagemaker().describe_training_job(TrainingJobName=name)
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
        return _failed(TrainingFailedError, reason, changed)
    if status == "Stopped":
        return _failed(TrainingStoppedError, _stop_reason(found["SecondaryStatus"]), changed)
    return ResourceState(phase=Phase.RUNNING, changed=changed)


def _stop_reason(secondary: str) -> str:
    reached = "it reached its longest allowed time" if secondary.startswith("Max") else "on request"
    return f"the training job was stopped: {reached}"


def _endpoint(name: str) -> ResourceState:
    found = sagemaker().describe_endpoint(EndpointName=name)
    changed, status = found["LastModifiedTime"], found["EndpointStatus"]
    config = found["EndpointConfigName"]
    reason = found.get("FailureReason", "")
    if status == "InService":
        outcome = EndpointOutcome(endpoint=name, config=config)
        return ResourceState(
            phase=Phase.SUCCEEDED,
            changed=changed,
            config=config,
            output=outcome.model_dump(),
            reason=reason,
        )
    if status in {"Failed", "OutOfService"}:
        return _failed(EndpointFailedError, reason or f"the endpoint is {status}", changed)
    return ResourceState(phase=Phase.RUNNING, changed=changed)


def _failed(error: type[Exception], reason: str, changed: datetime) -> ResourceState:
    return ResourceState(phase=Phase.FAILED, changed=changed, error=error.__name__, reason=reason)


_KINDS: dict[str, Callable[[str], ResourceState]] = {
    "training-job": _training_job,
    "endpoint": _endpoint,
}
