"""What is known of an endpoint: its record, each change of status of which is an event.

Two members are the service's own: SERVING, what is served, and NEXT, what is being brought up. Each
is a *target*: the configuration with everything needed to run it, since the configuration and its
models may be deleted while it is served.
"""

import re
import time
from collections.abc import Callable
from dataclasses import asdict
from uuid import uuid4

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of
from trainwright_local.sagemaker.endpoints.configs import found_config
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.models.containers import container_of
from trainwright_local.sagemaker.models.operations import found_model
from trainwright_local.sagemaker.store import Collection, Record

DETAIL_TYPE = "SageMaker Endpoint State Change"
SERVING, NEXT = "_Serving", "_Next"
IN_PROGRESS = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}


def endpoints(context: Context) -> Collection:
    """Return the records of the endpoints of an account and region."""
    return context.store.collection("endpoints")


def found_endpoint(name: str, context: Context) -> Record:
    """Return the record of an endpoint, or refuse as AWS does."""
    endpoint = endpoints(context).get(name)
    if endpoint is None:
        raise not_found(name, context)
    return endpoint


def not_found(name: str, context: Context) -> ValidationException:
    """Return the refusal of an endpoint that does not exist."""
    return ValidationException(f'Could not find endpoint "{context.arn(f"endpoint/{name}")}".')


def new_target(config_name: str, context: Context) -> Record:
    """Return a target for a configuration, as it and its models are now."""
    config = found_config(config_name, context)
    return {
        "Id": uuid4().hex[:12],
        "EndpointConfigName": config_name,
        "StartTime": time.time(),
        "Variants": [
            variant
            | {
                "Container": asdict(
                    container_of(found_model(variant["ModelName"], context), context)
                )
            }
            for variant in config["ProductionVariants"]
        ],
    }


def change(
    name: str, context: Context, status: str, alter: Callable[[Record], object] | None = None
) -> Record:
    """Give an endpoint a status in one step with what *alter* does to it, and publish that."""

    def enter(record: Record) -> None:
        if alter is not None:
            alter(record)
        record |= {"EndpointStatus": status, "LastModifiedTime": time.time()}

    record = endpoints(context).update(name, enter)
    if record is None:
        raise not_found(name, context)
    publish_status(record, context)
    return record


def publish_status(record: Record, context: Context) -> None:
    """Publish the status of an endpoint as AWS does."""
    arn = record["EndpointArn"]
    detail = in_milliseconds(described(record)) | {
        "EndpointStatus": _upper_snake(record["EndpointStatus"]),
        "Tags": tags_of(context, arn),
    }
    publish(context, DETAIL_TYPE, detail, arn)


def described(record: Record) -> Record:
    """Return what DescribeEndpoint says of an endpoint."""
    answer = {key: value for key, value in record.items() if key not in (SERVING, NEXT)}
    target = record.get(SERVING) or record.get(NEXT)
    if target:
        answer["ProductionVariants"] = _summaries(target)
    if record["EndpointStatus"] == "Updating" and NEXT in record:
        pending = record[NEXT]
        answer["PendingDeploymentSummary"] = {
            "EndpointConfigName": pending["EndpointConfigName"],
            "ProductionVariants": _summaries(pending),
            "StartTime": pending["StartTime"],
        }
    return answer


def _summaries(target: Record) -> list[Record]:
    return [
        {
            "VariantName": variant["VariantName"],
            "DeployedImages": [
                {
                    "SpecifiedImage": variant["Container"]["image"],
                    "ResolvedImage": variant["Container"]["image"],
                    "ResolutionTime": target["StartTime"],
                }
            ],
            "CurrentWeight": variant["InitialVariantWeight"],
            "DesiredWeight": variant["InitialVariantWeight"],
            "CurrentInstanceCount": variant["InitialInstanceCount"],
            "DesiredInstanceCount": variant["InitialInstanceCount"],
        }
        for variant in target["Variants"]
    ]


def _upper_snake(status: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", status).upper()
