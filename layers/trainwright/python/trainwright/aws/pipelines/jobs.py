"""SageMaker's jobs of every kind, and the models and packages made of what they made."""

from __future__ import annotations

from typing import NamedTuple

from trainwright.aws.clients import our_errors, sagemaker
from trainwright.aws.creation import create_once
from trainwright.aws.training import SageMakerRegistry
from trainwright.errors import InvalidRequestError
from trainwright.models.message import JsonObject


class _Kind(NamedTuple):
    """How a kind of job is called in SageMaker's API."""

    create: str
    stop: str
    name: str


_BY_OPERATION = {
    "CreateTrainingJob": _Kind("create_training_job", "stop_training_job", "TrainingJobName"),
    "CreateProcessingJob": _Kind(
        "create_processing_job", "stop_processing_job", "ProcessingJobName"
    ),
    "CreateTransformJob": _Kind("create_transform_job", "stop_transform_job", "TransformJobName"),
    "CreateHyperParameterTuningJob": _Kind(
        "create_hyper_parameter_tuning_job",
        "stop_hyper_parameter_tuning_job",
        "HyperParameterTuningJobName",
    ),
}
_BY_RESOURCE = {
    "training-job": _BY_OPERATION["CreateTrainingJob"],
    "processing-job": _BY_OPERATION["CreateProcessingJob"],
    "transform-job": _BY_OPERATION["CreateTransformJob"],
    "hyper-parameter-tuning-job": _BY_OPERATION["CreateHyperParameterTuningJob"],
}


class SageMakerJobs:
    """Jobs by operation and name, or by ARN."""

    def create(self, operation: str, name: str, request: JsonObject) -> bool:
        """Create the job called *name*; False if it exists already."""
        kind, client = _BY_OPERATION[operation], sagemaker()
        try:
            with our_errors():
                getattr(client, kind.create)(**{kind.name: name}, **request)
        except client.exceptions.ResourceInUse:
            return False
        return True

    def stop(self, resource: str) -> bool:
        """Stop the job; False if there is nothing to stop."""
        family, _, name = resource.rpartition(":")[2].partition("/")
        if (kind := _BY_RESOURCE.get(family)) is None:
            return False
        try:
            with our_errors():
                getattr(sagemaker(), kind.stop)(**{kind.name: name})
        except InvalidRequestError:
            return False
        return True

    def create_model(self, name: str, request: JsonObject) -> str:
        """Create a model, once; give its ARN."""
        client = sagemaker()
        create_once(
            lambda: client.create_model(ModelName=name, **request),
            lambda: client.describe_model(ModelName=name),
        )
        with our_errors():
            return client.describe_model(ModelName=name)["ModelArn"]

    def register(self, group: JsonObject, package: JsonObject) -> str:
        """Add a version to a group, made if need be; give the version's ARN."""
        return SageMakerRegistry().register(group, package)
