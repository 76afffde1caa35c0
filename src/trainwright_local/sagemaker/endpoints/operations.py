"""CreateEndpoint, UpdateEndpoint, DescribeEndpoint, ListEndpoints, DeleteEndpoint."""

import time

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach
from trainwright_local.sagemaker.endpoints.configs import found_config
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.records import (
    IN_PROGRESS,
    NEXT,
    change,
    described,
    endpoints,
    found_endpoint,
    new_target,
    publish_status,
)
from trainwright_local.sagemaker.store import Record


@operation("CreateEndpoint")
def create_endpoint(request: Record, context: Context) -> Record:
    """Begin to serve a configuration under a new name."""
    name = request["EndpointName"]
    arn = context.arn(f"endpoint/{name}")
    _refuse_alarms(request)
    now = time.time()
    endpoint = {
        "EndpointName": name,
        "EndpointArn": arn,
        "EndpointConfigName": request["EndpointConfigName"],
        "EndpointStatus": "Creating",
        "CreationTime": now,
        "LastModifiedTime": now,
        NEXT: new_target(request["EndpointConfigName"], context),
    }
    if "DeploymentConfig" in request:
        endpoint["LastDeploymentConfig"] = request["DeploymentConfig"]
    if not endpoints(context).add(name, endpoint):
        raise ValidationException(f'Cannot create already existing endpoint "{arn}".')
    attach(context, arn, request.get("Tags", []))
    publish_status(endpoint, context)
    context.part(Endpoints).create(name, context)
    return {"EndpointArn": arn}


@operation("UpdateEndpoint")
def update_endpoint(request: Record, context: Context) -> Record:
    """Begin to exchange what an endpoint serves; until that is healthy it serves what it did."""
    name = request["EndpointName"]
    _refuse_alarms(request)
    endpoint = found_endpoint(name, context)
    target = new_target(request["EndpointConfigName"], context)
    # AWS needs the present configuration too: without it an endpoint can only be deleted.
    found_config(endpoint["EndpointConfigName"], context)

    def alter(record: Record) -> None:
        _refuse_in_progress(record)
        if record["EndpointStatus"] != "InService":
            status = record["EndpointStatus"]
            raise ValidationException(
                f'Cannot update endpoint "{record["EndpointArn"]}" with status {status}.'
            )
        record.pop("FailureReason", None)
        record[NEXT] = target
        if "DeploymentConfig" in request:
            record["LastDeploymentConfig"] = request["DeploymentConfig"]

    record = change(name, context, "Updating", alter)
    context.part(Endpoints).update(name, context)
    return {"EndpointArn": record["EndpointArn"]}


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
    members = (
        "EndpointName",
        "EndpointArn",
        "CreationTime",
        "LastModifiedTime",
        "EndpointStatus",
    )
    return {"Endpoints": [{key: e[key] for key in members} for e in listed], **rest}


@operation("DeleteEndpoint")
def delete_endpoint(request: Record, context: Context) -> Record:
    """Begin to end an endpoint that is not in the middle of something."""
    name = request["EndpointName"]
    change(name, context, "Deleting", _refuse_in_progress)
    context.part(Endpoints).delete(name, context)
    return {}


def _refuse_in_progress(record: Record) -> None:
    if record["EndpointStatus"] in IN_PROGRESS:
        arn = record["EndpointArn"]
        raise ValidationException(f'Cannot update in-progress endpoint "{arn}".')


def _refuse_alarms(request: Record) -> None:
    """Refuse what would be ignored: traffic is shifted all at once, and no alarm is watched."""
    if request.get("RetainAllVariantProperties"):
        raise ValidationException("The local cloud does not emulate RetainAllVariantProperties.")
    deployment = request.get("DeploymentConfig", {})
    policy = deployment.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration", {})
    if "RollingUpdatePolicy" in deployment or policy.get("Type", "ALL_AT_ONCE") != "ALL_AT_ONCE":
        raise ValidationException("The local cloud shifts traffic ALL_AT_ONCE only.")
    if deployment.get("AutoRollbackConfiguration", {}).get("Alarms"):
        raise ValidationException("The local cloud does not emulate AutoRollbackConfiguration.")
