"""What a model's container may be here, and its model data as the model's role sees it."""

from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.images import UnknownImageError, image_of
from trainwright_local.sagemaker.registry.packages import found_package
from trainwright_local.sagemaker.roles import RoleError, assume
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record

NOT_EMULATED = (
    "AdditionalModelDataSources",
    "InferenceSpecificationName",
    "ModelDataSource",
    "MultiModelConfig",
)
MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}


@dataclass(frozen=True)
class Container:
    """What an endpoint runs: an image, its model data if any, variables, and the role of both."""

    image: str
    role_arn: str
    model_data_url: str | None = None
    environment: dict[str, str] = field(default_factory=dict)


def container_of(model: Record, context: Context) -> Container:
    """Return the container of a CreateModel request or a model's record; refuse what cannot run."""
    definition = _definition(model)
    if "ModelPackageName" in definition:
        definition = _of_package(definition, context)
    if "ExecutionRoleArn" not in model:
        raise ValidationException("ExecutionRoleArn is required to create a model.")
    if "Image" not in definition:
        raise ValidationException("Image or ModelPackageName is required in a container.")
    try:
        image_of(definition["Image"])
    except UnknownImageError as error:
        raise ValidationException(str(error)) from error
    return Container(
        image=definition["Image"],
        role_arn=model["ExecutionRoleArn"],
        model_data_url=definition.get("ModelDataUrl"),
        environment=definition.get("Environment", {}),
    )


def check_model_data(container: Container, context: Context) -> None:
    """Refuse model data that is not there, or that the role cannot read."""
    if container.model_data_url is None:
        return
    try:
        uri = S3Uri.parse(container.model_data_url)
        assume(context, container.role_arn).s3.head_object(Bucket=uri.bucket, Key=uri.key)
    except ValueError as error:
        raise ValidationException(str(error)) from error
    except RoleError as error:
        raise ValidationException(_no_access(container, context)) from error
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            text = f"Could not find model data at {container.model_data_url}."
            raise ValidationException(text) from error
        raise ValidationException(_no_access(container, context)) from error


def _definition(model: Record) -> Record:
    """Return the one container of *model*."""
    containers = model.get("Containers", [])
    if "PrimaryContainer" in model:
        if containers:
            raise ValidationException("Specify PrimaryContainer or Containers, not both.")
        containers = [model["PrimaryContainer"]]
    if not containers:
        raise ValidationException("PrimaryContainer or Containers is required to create a model.")
    if len(containers) > 1 or "InferenceExecutionConfig" in model:
        raise ValidationException("The local cloud does not emulate models of several containers.")
    definition: Record = containers[0]
    if definition.get("Mode", "SingleModel") != "SingleModel":
        raise ValidationException("The local cloud does not emulate multi-model endpoints.")
    for member in NOT_EMULATED:
        if member in definition:
            raise ValidationException(f"The local cloud does not emulate {member}.")
    return definition


def _of_package(definition: Record, context: Context) -> Record:
    """Return what a container stands for that names a model package."""
    package = found_package(definition["ModelPackageName"], context)
    specification = package.get("InferenceSpecification")
    if specification is None:
        arn = package["ModelPackageArn"]
        raise ValidationException(f"ModelPackage {arn} has no InferenceSpecification.")
    container: Record = specification["Containers"][0]
    variables = container.get("Environment", {}) | definition.get("Environment", {})
    return container | {"Environment": variables}


def _no_access(container: Container, context: Context) -> str:
    return (
        f'Could not access model data at {container.model_data_url}. Please ensure that the role "'
        f'{container.role_arn}" exists and that its trust relationship policy allows the action '
        '"sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that '
        'the role has "s3:GetObject" permissions and that the object is located in '
        f"{context.region}."
    )
