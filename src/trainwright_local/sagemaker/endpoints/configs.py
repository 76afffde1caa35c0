"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

import time

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach, detach, tags_of
from trainwright_local.sagemaker.endpoints.admission import admit
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.store import Collection, Record

DETAIL_TYPE = "SageMaker Endpoint Config State Change"


@operation("CreateEndpointConfig")
def create_endpoint_config(request: Record, context: Context) -> Record:
    """Create a configuration of variants that can be served here, of models that exist."""
    name = request["EndpointConfigName"]
    arn = context.arn(f"endpoint-config/{name}")
    config = {key: value for key, value in request.items() if key != "Tags"}
    config |= {
        "EndpointConfigArn": arn,
        "ProductionVariants": admit(request, context),
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
