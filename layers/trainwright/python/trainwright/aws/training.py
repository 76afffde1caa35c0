"""SageMaker's training jobs and the model registry."""

from trainwright.aws.clients import our_errors, sagemaker
from trainwright.aws.creation import create_once
from trainwright.errors import InvalidRequestError
from trainwright.models.message import JsonObject


class SageMakerTrainingJobs:
    """Training jobs, by name."""

    def create(self, request: JsonObject) -> bool:
        """Create the job; False if it exists already."""
        client = sagemaker()
        try:
            with our_errors():
                client.create_training_job(**request)
        except client.exceptions.ResourceInUse:
            return False
        return True

    def stop(self, name: str) -> bool:
        """Stop the job; False if there is nothing to stop."""
        try:
            with our_errors():
                sagemaker().stop_training_job(TrainingJobName=name)
        except InvalidRequestError:
            return False
        return True


class SageMakerRegistry:
    """Model package groups and their versions."""

    def register(self, group: JsonObject, package: JsonObject) -> str:
        """Add a version, making the group if need be; give the version's ARN.

        All but a model's first version find their group, so it is made only if one is refused.
        """
        client = sagemaker()
        name = group["ModelPackageGroupName"]
        try:
            return _add_version(package)
        except InvalidRequestError:
            create_once(
                lambda: client.create_model_package_group(**group),
                lambda: client.describe_model_package_group(ModelPackageGroupName=name),
            )
        return _add_version(package)


def _add_version(package: JsonObject) -> str:
    with our_errors():
        return sagemaker().create_model_package(**package)["ModelPackageArn"]
