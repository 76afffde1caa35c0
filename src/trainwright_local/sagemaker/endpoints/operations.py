"""CreateEndpoint, DescribeEndpoint, ListEndpoints, DeleteEndpoint; changes are in `updates`."""

import time

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.policies import policy_of
from trainwright_local.sagemaker.endpoints.records import (
    IN_PROGRESS,
    NEXT,
    change,
    counts_of,
    described,
    endpoints,
    found_endpoint,
    publish_status,
)
from trainwright_local.sagemaker.endpoints.targets import new_target
from trainwright_local.sagemaker.store import Record

SUMMARY = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")


@operation("CreateEndpoint")
def create_endpoint(request: Record, context: Context) -> Record:
    """Begin to serve a configuration under a new name."""
    name = request["EndpointName"]
    arn = context.arn(f"endpoint/{name}")
    target = new_target(request["EndpointConfigName"], context)
    policy_of(request.get("DeploymentConfig", {}), counts_of(target))
    now = time.time()
    endpoint = {
        "EndpointName": name,
        "EndpointArn": arn,
        "EndpointConfigName": request["EndpointConfigName"],
        "EndpointStatus": "Creating",
        "CreationTime": now,
        "LastModifiedTime": now,
        NEXT: target,
    }
    if "DeploymentConfig" in request:
        endpoint["LastDeploymentConfig"] = request["DeploymentConfig"]
    if not endpoints(context).add(name, endpoint):
        raise ValidationException(f'Cannot create already existing endpoint "{arn}".')
    attach(context, arn, request.get("Tags", []))
    publish_status(endpoint, context)
    context.part(Endpoints).create(name, context)
    return {"EndpointArn": arn}


@operation("DescribeEndpoint")
def describe_endpoint(request: Record, context: Context) -> Record:
    """Describe an endpoint: while it is being updated, what it still serves and what is to come."""
    return described(found_endpoint(request["EndpointName"], context))


@operation("ListEndpoints")
def list_endpoints(request: Record, context: Context) -> Record:
    """List endpoints, the newest first."""
    listed, rest = page(
        request,
        endpoints(context).list(),
        name="EndpointName",
        status="EndpointStatus",
        order="Descending",
    )
    return {"Endpoints": [{key: e[key] for key in SUMMARY} for e in listed], **rest}


@operation("DeleteEndpoint")
def delete_endpoint(request: Record, context: Context) -> Record:
    """Begin to end an endpoint that is not in the middle of something."""
    name = request["EndpointName"]
    change(name, context, "Deleting", refuse_in_progress)
    context.part(Endpoints).delete(name, context)
    return {}


def refuse_in_progress(record: Record) -> None:
    """Refuse to change an endpoint that is being changed."""
    if record["EndpointStatus"] in IN_PROGRESS:
        arn = record["EndpointArn"]
        raise ValidationException(f'Cannot update in-progress endpoint "{arn}".')
