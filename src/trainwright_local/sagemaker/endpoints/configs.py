"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

import time

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach, detach, tags_of
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.models.operations import found_model
from trainwright_local.sagemaker.store import Collection, Record

DETAIL_TYPE = "SageMaker Endpoint Config State Change"
NOT_EMULATED = (
    "AsyncInferenceConfig",
    "ExplainerConfig",
    "MetricsConfig",
    "ShadowProductionVariants",
)
NOT_EMULATED_IN_VARIANT = (
    "AcceleratorType",
    "CapacityReservationConfig",
    "CoreDumpConfig",
    "InstancePools",
    "ManagedInstanceScaling",
    "ServerlessConfig",
)


@operation("CreateEndpointConfig")
def create_endpoint_config(request: Record, context: Context) -> Record:
    """Create a configuration of variants that can be served here, of models that exist."""
    name = request["EndpointConfigName"]
    arn = context.arn(f"endpoint-config/{name}")
    _refuse_what_is_not_emulated(request)
    variants = [_variant(variant, context) for variant in request["ProductionVariants"]]
    if len({variant["VariantName"] for variant in variants}) < len(variants):
        raise ValidationException("The names of the production variants must differ.")
    if not any(variant["InitialVariantWeight"] for variant in variants):
        raise ValidationException("At least one production variant must have a weight above 0.")
    config = {key: value for key, value in request.items() if key != "Tags"}
    config |= {
        "EndpointConfigArn": arn,
        "ProductionVariants": variants,
        "CreationTime": time.time(),
        "EnableNetworkIsolation": request.get("EnableNetworkIsolation", False),
    }
    if not configs(context).add(name, config):
        raise ValidationException(f'Cannot create already existing endpoint configuration "{arn}".')
    attach(context, arn, request.get("Tags", []))
    detail = in_milliseconds(config) | {"Tags": tags_of(context, arn)}
    publish(context, DETAIL_TYPE, detail, arn)
    return {"EndpointConfigArn": arn}


@operation("DescribeEndpointConfig")
def describe_endpoint_config(request: Record, context: Context) -> Record:
    """Describe a configuration."""
    return found_config(request["EndpointConfigName"], context)


@operation("ListEndpointConfigs")
def list_endpoint_configs(request: Record, context: Context) -> Record:
    """List configurations, the newest first."""
    records = configs(context).list()
    listed, rest = page(request, records, name="EndpointConfigName", order="Descending")
    members = ("EndpointConfigName", "EndpointConfigArn", "CreationTime")
    return {"EndpointConfigs": [{key: c[key] for key in members} for c in listed], **rest}


@operation("DeleteEndpointConfig")
def delete_endpoint_config(request: Record, context: Context) -> Record:
    """Delete a configuration; an endpoint that serves it goes on, but cannot be updated."""
    config = found_config(request["EndpointConfigName"], context)
    configs(context).delete(config["EndpointConfigName"])
    detach(context, config["EndpointConfigArn"])
    return {}


def configs(context: Context) -> Collection:
    """Return the records of the endpoint configurations of an account and region."""
    return context.store.collection("endpoint-configs")


def found_config(name: str, context: Context) -> Record:
    """Return the record of a configuration, or refuse as AWS does."""
    config = configs(context).get(name)
    if config is None:
        arn = context.arn(f"endpoint-config/{name}")
        raise ValidationException(f'Could not find endpoint configuration "{arn}".')
    return config


def _refuse_what_is_not_emulated(request: Record) -> None:
    for member in NOT_EMULATED:
        if request.get(member):
            raise ValidationException(f"The local cloud does not emulate {member}.")
    if request.get("DataCaptureConfig", {}).get("EnableCapture"):
        raise ValidationException("The local cloud does not emulate data capture.")


def _variant(variant: Record, context: Context) -> Record:
    """Return a variant with its defaults, or refuse it."""
    for member in NOT_EMULATED_IN_VARIANT:
        if member in variant:
            raise ValidationException(f"The local cloud does not emulate {member}.")
    for member in ("ModelName", "InstanceType", "InitialInstanceCount"):
        if member not in variant:
            name = variant["VariantName"]
            raise ValidationException(f"{member} is required for production variant {name}.")
    found_model(variant["ModelName"], context)
    return {"InitialVariantWeight": 1.0} | variant
