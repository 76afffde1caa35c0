"""How far resources are, by ARN: one row for each kind that a state waits for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from trainwright.aws.clients import our_errors, sagemaker, stepfunctions
from trainwright.aws.job_states import ended, failed, training_state
from trainwright.errors import (
    ApprovalDeniedError,
    EndpointFailedError,
    InvalidRequestError,
    StepFailedError,
)
from trainwright.models.states import EndpointOutcome
from trainwright.models.task import Phase, ResourceState


class SageMakerResources:
    """SageMaker's jobs and endpoints, and executions of our own state machines."""

    def describe(self, resource: str) -> ResourceState:
        """Say how far *resource* is."""
        family, _, name = resource.rpartition(":")[2].partition("/")
        if ":execution:" in resource:
            family, name = "execution", resource
        if family == "model-package":
            name = resource
        try:
            with our_errors():
                return _KINDS[family](name)
        except InvalidRequestError:
            return ResourceState(phase=Phase.MISSING, changed=datetime.now(UTC))


def _training_job(name: str) -> ResourceState:
    return training_state(name, sagemaker().describe_training_job(TrainingJobName=name))


def _processing_job(name: str) -> ResourceState:
    found = sagemaker().describe_processing_job(ProcessingJobName=name)
    config = found.get("ProcessingOutputConfig", {"Outputs": []})
    places = {
        output["OutputName"]: output["S3Output"]["S3Uri"]
        for output in config["Outputs"]
        if "S3Output" in output
    }
    output = {"job": name, "outputs": places, "exit_message": found.get("ExitMessage", "")}
    reason = found.get("FailureReason") or found.get("ExitMessage", "")
    return ended(
        found["ProcessingJobStatus"], _changed(found), output, f"processing job {name}", reason
    )


def _transform_job(name: str) -> ResourceState:
    found = sagemaker().describe_transform_job(TransformJobName=name)
    output = {"job": name, "output": found["TransformOutput"]["S3OutputPath"]}
    reason = found.get("FailureReason", "")
    return ended(
        found["TransformJobStatus"], _changed(found), output, f"transform job {name}", reason
    )


def _tuning_job(name: str) -> ResourceState:
    client = sagemaker()
    found = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    output: dict[str, Any] = {"job": name}
    if found["HyperParameterTuningJobStatus"] == "Completed" and "BestTrainingJob" in found:
        best = found["BestTrainingJob"]
        trained = client.describe_training_job(TrainingJobName=best["TrainingJobName"])
        output |= training_state(best["TrainingJobName"], trained).output
        output |= {
            "job": name,
            "best_job": best["TrainingJobName"],
            "hyperparameters": best.get("TunedHyperParameters", {}),
        }
    reason = found.get("FailureReason", "")
    status = found["HyperParameterTuningJobStatus"]
    return ended(status, _changed(found), output, f"tuning job {name}", reason)


def _execution(arn: str) -> ResourceState:
    client = stepfunctions()
    try:
        found = client.describe_execution(executionArn=arn)
    except client.exceptions.ExecutionDoesNotExist:
        return ResourceState(phase=Phase.MISSING, changed=datetime.now(UTC))
    changed = found.get("stopDate") or found["startDate"]
    if found["status"] == "RUNNING":
        return ResourceState(phase=Phase.RUNNING, changed=changed)
    if found["status"] == "SUCCEEDED":
        output = json.loads(found.get("output") or "{}")
        answer = output if isinstance(output, dict) else {"result": output}
        return ResourceState(
            phase=Phase.SUCCEEDED, changed=changed, output=answer | {"execution": arn}
        )
    status = found["status"].lower().replace("_", " ")
    said = found.get("cause") or found.get("error") or "no reason was given"
    return failed(StepFailedError, f"the execution {arn} has {status}: {said}", changed)


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
        return failed(EndpointFailedError, reason or f"the endpoint is {status}", changed)
    return ResourceState(phase=Phase.RUNNING, changed=changed)


def _model_package(arn: str) -> ResourceState:
    """Read a person's decision off the registry."""
    found = sagemaker().describe_model_package(ModelPackageName=arn)
    changed, status = _changed(found), found.get("ModelApprovalStatus", "")
    by, comment = _whoever_changed(found), found.get("ApprovalDescription", "")
    if status == "Approved":
        output = {"by": by, "comment": comment, "package": arn}
        return ResourceState(phase=Phase.SUCCEEDED, changed=changed, config=status, output=output)
    if status == "Rejected":
        why = f": {comment}" if comment else ""
        reason = f"{by or 'somebody'} rejected the model in the registry{why}"
        return failed(ApprovalDeniedError, reason, changed)
    return ResourceState(phase=Phase.RUNNING, changed=changed)


def _whoever_changed(found: Any) -> str:  # noqa: ANN401 - DescribeModelPackage's
    """Name the user of Studio, or the identity, that changed a resource last."""
    user = found.get("LastModifiedBy", {})
    identity: str = user.get("IamIdentity", {}).get("Arn", "")
    return user.get("UserProfileName") or identity.rpartition("/")[2]


def _approval(_name: str) -> ResourceState:
    """Say that a person has not decided: nothing of AWS knows; their answer settles it itself."""
    return ResourceState(phase=Phase.RUNNING, changed=datetime.now(UTC))


def _changed(found: Any) -> datetime:  # noqa: ANN401 - answers of three operations
    time: datetime = found.get("LastModifiedTime") or found["CreationTime"]
    return time


_KINDS: dict[str, Callable[[str], ResourceState]] = {
    "training-job": _training_job,
    "processing-job": _processing_job,
    "transform-job": _transform_job,
    "hyper-parameter-tuning-job": _tuning_job,
    "execution": _execution,
    "endpoint": _endpoint,
    "model-package": _model_package,
    "approval": _approval,
}
