"""What a model's containers may be here: one, several in a row or to choose from, many models."""

from dataclasses import dataclass, field

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.containers.admission import refusal_of
from trainwright_local.sagemaker.images import is_emulated
from trainwright_local.sagemaker.registry.packages import found_package
from trainwright_local.sagemaker.store import Record

NOT_EMULATED = ("AdditionalModelDataSources", "ImageConfig", "InferenceSpecificationName")
APPROVED = "Approved"
PRIMARY = "primary"
"""What AWS calls the one container of a model in errors."""


@dataclass(frozen=True)
class Container:
    """What an endpoint runs: an image, its model data if any, variables, and the role of both."""

    image: str
    role_arn: str
    name: str = PRIMARY
    model_data_url: str | None = None
    """An archive; a prefix of objects where it is not *compressed*, of archives in multi-model."""
    compressed: bool = True
    environment: dict[str, str] = field(default_factory=dict)
    multi_model: bool = False
    isolated: bool = False
    """Whether its code may reach nothing: it gets no credentials and no address."""


def containers_of(model: Record, context: Context) -> list[Container]:
    """Return the containers of a CreateModel request or a model's record, or refuse them."""
    if "ExecutionRoleArn" not in model:
        raise ValidationException("ExecutionRoleArn is required to create a model.")
    definitions = _definitions(model)
    return [
        _container(definition, name, model, context)
        for definition, name in zip(definitions, _names(model, definitions), strict=True)
    ]


def mode_of(model: Record) -> str:
    """Return how requests reach several containers: Serial or Direct."""
    mode: str = model.get("InferenceExecutionConfig", {}).get("Mode", "Serial")
    return mode


def refuse_unapproved(model: Record, context: Context) -> None:
    """Refuse a CreateModel request that names a version of a package nobody has approved.

    "For versioned models, the value of this parameter must be set to Approved to deploy the model":
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html. A model
    that exists goes on to be deployed when its package is rejected.
    """
    for definition in _definitions(model):
        if "ModelPackageName" in definition:
            package = found_package(definition["ModelPackageName"], context)
            status = package.get("ModelApprovalStatus", APPROVED)
            if status != APPROVED:
                raise ValidationException(
                    f"Invalid approval status {status} of ModelPackage "
                    f"{package['ModelPackageArn']}: it must be {APPROVED} to be deployed."
                )


def _definitions(model: Record) -> list[Record]:
    containers: list[Record] = model.get("Containers", [])
    if "PrimaryContainer" in model:
        if containers:
            raise ValidationException("Specify PrimaryContainer or Containers, not both.")
        containers = [model["PrimaryContainer"]]
    if not containers:
        raise ValidationException("PrimaryContainer or Containers is required to create a model.")
    if len(containers) > 1 and any(c.get("Mode") == "MultiModel" for c in containers):
        raise ValidationException(
            "The local cloud does not emulate a container of mode MultiModel among several."
        )
    return containers


def _names(model: Record, definitions: list[Record]) -> list[str]:
    """Return the hostnames of containers: all given, or all by position."""
    given = [d["ContainerHostname"] for d in definitions if "ContainerHostname" in d]
    if given and len(given) < len(definitions):
        raise ValidationException(
            "ContainerHostname must be specified for all containers or for none of them."
        )
    if len(set(given)) < len(given):
        raise ValidationException("ContainerHostname must be unique among the containers.")
    if given:
        return given
    if "PrimaryContainer" in model:
        return [PRIMARY]
    return [f"container-{number}" for number in range(1, len(definitions) + 1)]


def _container(definition: Record, name: str, model: Record, context: Context) -> Container:
    if "ModelPackageName" in definition:
        definition = _of_package(definition, context)
    _refuse_what_is_not_emulated(definition)
    if "Image" not in definition:
        raise ValidationException("Image or ModelPackageName is required in a container.")
    if refusal := refusal_of(definition["Image"], context.config):
        raise ValidationException(refusal)
    url, compressed = _model_data(definition)
    multi_model = definition.get("Mode") == "MultiModel"
    if multi_model and not is_emulated(definition["Image"]):
        raise ValidationException("The local cloud emulates MultiModel for framework images only.")
    if multi_model and (url is None or not url.endswith("/")):
        raise ValidationException(
            "ModelDataUrl must be an S3 prefix that ends with / when Mode is MultiModel."
        )
    return Container(
        image=definition["Image"],
        role_arn=model["ExecutionRoleArn"],
        name=name,
        model_data_url=url,
        compressed=compressed,
        environment=definition.get("Environment", {}),
        multi_model=multi_model,
        isolated=model.get("EnableNetworkIsolation", False),
    )


def _model_data(definition: Record) -> tuple[str | None, bool]:
    """Return where a container's model data is, and whether it is an archive."""
    source = definition.get("ModelDataSource", {}).get("S3DataSource")
    if source is None:
        return definition.get("ModelDataUrl"), True
    if "ModelDataUrl" in definition:
        raise ValidationException("Specify ModelDataUrl or ModelDataSource, not both.")
    compressed = source["CompressionType"] == "Gzip"
    if compressed == (source["S3DataType"] == "S3Prefix"):
        raise ValidationException(
            "The local cloud takes model data as an S3Object of CompressionType Gzip, or as an "
            "S3Prefix of CompressionType None."
        )
    return source["S3Uri"], compressed


def _refuse_what_is_not_emulated(definition: Record) -> None:
    for member in NOT_EMULATED:
        if member in definition:
            raise ValidationException(f"The local cloud does not emulate {member}.")
    if definition.get("MultiModelConfig", {}).get("ModelCacheSetting") == "Disabled":
        raise ValidationException("The local cloud does not emulate ModelCacheSetting Disabled.")


def _of_package(definition: Record, context: Context) -> Record:
    """Return what a container stands for that names a model package."""
    package = found_package(definition["ModelPackageName"], context)
    specification = package.get("InferenceSpecification")
    if specification is None:
        arn = package["ModelPackageArn"]
        raise ValidationException(f"ModelPackage {arn} has no InferenceSpecification.")
    container: Record = specification["Containers"][0]
    variables = container.get("Environment", {}) | definition.get("Environment", {})
    own = ("ContainerHostname", "Mode")
    kept = {key: definition[key] for key in own if key in definition}
    return container | kept | {"Environment": variables}
