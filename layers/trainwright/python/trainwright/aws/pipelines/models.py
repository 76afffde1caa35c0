"""Whether the models and packages that steps have made are still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trainwright.aws.clients import our_errors, sagemaker
from trainwright.errors import InvalidRequestError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class SageMakerModels:
    """Models and packages, by ARN."""

    def __init__(self, client: Callable[[], SageMakerClient] = sagemaker) -> None:
        self._client = client

    def is_there(self, arn: str) -> bool:
        """Whether the model, or the version in the registry, has not been deleted."""
        family, _, name = arn.rpartition(":")[2].partition("/")
        try:
            with our_errors():
                if family == "model":
                    self._client().describe_model(ModelName=name)
                elif family == "model-package":
                    self._client().describe_model_package(ModelPackageName=arn)
        except InvalidRequestError:
            return False
        return True
