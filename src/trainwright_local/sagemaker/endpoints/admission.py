"""What an endpoint configuration may ask for here; the rest is refused when it is created."""

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.models.containers import containers_of
from trainwright_local.sagemaker.models.operations import found_model
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record

NOT_EMULATED = ("ExplainerConfig", "MetricsConfig", "ShadowProductionVariants")
NOT_EMULATED_IN_VARIANT = (
    "AcceleratorType",
    "CapacityReservationConfig",
    "CoreDumpConfig",
    "InstancePools",
    "ManagedInstanceScaling",
)
NEEDS_INSTANCES = ("InstanceType", "InitialInstanceCount")
MEMORY_STEP = 1024


def admit(request: Record, context: Context) -> list[Record]:
    """Return the variants of a request with their defaults, or refuse it."""
    for member in NOT_EMULATED:
        if request.get(member):
            raise ValidationException(f"The local cloud does not emulate {member}.")
    variants = [_variant(variant, context) for variant in request["ProductionVariants"]]
    if len({variant["VariantName"] for variant in variants}) < len(variants):
        raise ValidationException("The names of the production variants must differ.")
    if not any(variant["InitialVariantWeight"] for variant in variants):
        raise ValidationException("At least one production variant must have a weight above 0.")
    if any("ServerlessConfig" in variant for variant in variants):
        _check_serverless(request, variants, context)
    if "AsyncInferenceConfig" in request:
        _check_asynchronous(request["AsyncInferenceConfig"], variants, context)
    if "DataCaptureConfig" in request:
        _check_uri(request["DataCaptureConfig"]["DestinationS3Uri"])
    return variants


def _variant(variant: Record, context: Context) -> Record:
    name = variant["VariantName"]
    for member in NOT_EMULATED_IN_VARIANT:
        if member in variant:
            raise ValidationException(f"The local cloud does not emulate {member}.")
    if variant.get("RoutingConfig", {}).get("RoutingStrategy") == "PREFIX_AWARE":
        raise ValidationException("The local cloud does not emulate PREFIX_AWARE routing.")
    serverless = variant.get("ServerlessConfig")
    for member in NEEDS_INSTANCES if serverless else ():
        if member in variant:
            raise ValidationException(
                f"{member} cannot be specified for serverless production variant {name}."
            )
    for member in ("ModelName", *(() if serverless else NEEDS_INSTANCES)):
        if member not in variant:
            raise ValidationException(f"{member} is required for production variant {name}.")
    if serverless:
        _check_sizes(serverless)
    found_model(variant["ModelName"], context)
    return {"InitialVariantWeight": 1.0} | variant


def _check_sizes(serverless: Record) -> None:
    memory = serverless["MemorySizeInMB"]
    if memory % MEMORY_STEP:
        raise ValidationException(
            f"MemorySizeInMB {memory} is invalid: it must be a multiple of {MEMORY_STEP}."
        )
    if serverless.get("ProvisionedConcurrency", 0) > serverless["MaxConcurrency"]:
        raise ValidationException("ProvisionedConcurrency must be at most MaxConcurrency.")


def _check_serverless(request: Record, variants: list[Record], context: Context) -> None:
    """Refuse what AWS does not offer for serverless endpoints."""
    if len(variants) > 1:
        raise ValidationException("A serverless endpoint has one production variant only.")
    for member in ("DataCaptureConfig", "AsyncInferenceConfig"):
        if member in request:
            raise ValidationException(f"{member} is not supported for serverless endpoints.")
    model = found_model(variants[0]["ModelName"], context)
    containers = containers_of(model, context)
    if len(containers) > 1 or containers[0].multi_model:
        raise ValidationException(
            "Models of several containers or of mode MultiModel are not supported for serverless "
            "endpoints."
        )
    for member in ("VpcConfig", "EnableNetworkIsolation"):
        if model.get(member) or request.get(member):
            raise ValidationException(f"{member} is not supported for serverless endpoints.")


def _check_asynchronous(config: Record, variants: list[Record], context: Context) -> None:
    if len(variants) > 1:
        raise ValidationException("An asynchronous endpoint has one production variant only.")
    if containers_of(found_model(variants[0]["ModelName"], context), context)[0].multi_model:
        raise ValidationException("Multi-model endpoints cannot be asynchronous.")
    output = config["OutputConfig"]
    if "S3OutputPath" not in output:
        raise ValidationException("S3OutputPath is required in OutputConfig.")
    for member in ("S3OutputPath", "S3FailurePath"):
        if member in output:
            _check_uri(output[member])


def _check_uri(text: str) -> None:
    try:
        S3Uri.parse(text)
    except ValueError as error:
        raise ValidationException(str(error)) from error
