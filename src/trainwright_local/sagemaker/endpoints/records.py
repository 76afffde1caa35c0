"""What is known of an endpoint: its record, each change of status of which is an event.

Two members are the service's own: SERVING, what is served, and NEXT, what is being brought up; see
`targets`.
"""

import re
import time
from collections.abc import Callable
from copy import copy

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.store import Collection, Record

STATE_CHANGE = "SageMaker Endpoint State Change"
DEPLOYMENT_CHANGE = "SageMaker Endpoint Deployment State Change"
SERVING, NEXT = "_Serving", "_Next"
IN_PROGRESS = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
CURRENT = {
    "CurrentWeight": "DesiredWeight",
    "CurrentInstanceCount": "DesiredInstanceCount",
    "CurrentServerlessConfig": "ServerlessConfig",
}
"""What a variant has, by what it is to have."""


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


def counts_of(target: Record) -> dict[str, int]:
    """Return how many instances each variant of a target is to have."""
    return {v["VariantName"]: v["DesiredInstanceCount"] for v in target["Variants"]}


def weights_of(target: Record) -> dict[str, float]:
    """Return the weight each variant of a target is to have."""
    return {v["VariantName"]: v["DesiredWeight"] for v in target["Variants"]}


def limits_of(target: Record) -> dict[str, int]:
    """Return how many requests each serverless variant of a target takes at once."""
    serverless = {v["VariantName"]: v.get("ServerlessConfig") for v in target["Variants"]}
    return {name: config["MaxConcurrency"] for name, config in serverless.items() if config}


def settle(target: Record) -> None:
    """Let the variants of a target have what they are to have."""
    for variant in target["Variants"]:
        variant |= {now: copy(variant[then]) for now, then in CURRENT.items() if then in variant}


def unsettle(target: Record) -> None:
    """Let the variants of a target be to have what they have."""
    for variant in target["Variants"]:
        variant |= {then: variant[now] for now, then in CURRENT.items() if now in variant}


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


def stage(name: str, context: Context, status: str, message: str) -> None:
    """Say how far the variants are that an endpoint is being given, and publish that."""

    def enter(record: Record) -> None:
        if NEXT in record:
            entry = {"Status": status, "StatusMessage": message, "StartTime": time.time()}
            record[NEXT]["Stage"] = {key: value for key, value in entry.items() if value != ""}

    record = endpoints(context).update(name, enter)
    if record is not None:
        publish_status(record, context, DEPLOYMENT_CHANGE)


def publish_status(record: Record, context: Context, kind: str = STATE_CHANGE) -> None:
    """Publish the status of an endpoint as AWS does."""
    arn = record["EndpointArn"]
    detail = in_milliseconds(described(record)) | {
        "EndpointStatus": _upper_snake(record["EndpointStatus"]),
        "Tags": tags_of(context, arn),
    }
    publish(context, kind, detail, arn)


def described(record: Record) -> Record:
    """Return what DescribeEndpoint says of an endpoint."""
    answer = {key: value for key, value in record.items() if key not in (SERVING, NEXT)}
    target = record.get(SERVING) or record.get(NEXT)
    if target:
        answer["ProductionVariants"] = _summaries(target)
        answer |= {key: target[key] for key in ("AsyncInferenceConfig",) if key in target}
        if capture := target.get("DataCaptureConfig"):
            answer["DataCaptureConfig"] = _capture(capture)
    if record["EndpointStatus"] == "Updating" and NEXT in record:
        pending = record[NEXT]
        answer["PendingDeploymentSummary"] = {
            "EndpointConfigName": pending["EndpointConfigName"],
            "ProductionVariants": _summaries(pending, pending.get("Stage")),
            "StartTime": pending["StartTime"],
        }
    return answer


def _summaries(target: Record, reached: Record | None = None) -> list[Record]:
    return [_summary(variant, target, reached) for variant in target["Variants"]]


def _summary(variant: Record, target: Record, reached: Record | None) -> Record:
    images = [
        {
            "SpecifiedImage": container["image"],
            "ResolvedImage": container["image"],
            "ResolutionTime": target["StartTime"],
        }
        for container in variant["Containers"]
    ]
    summary = {
        "VariantName": variant["VariantName"],
        "DeployedImages": images,
        "CurrentWeight": variant["CurrentWeight"],
        "DesiredWeight": variant["DesiredWeight"],
        "CurrentInstanceCount": variant["CurrentInstanceCount"],
        "DesiredInstanceCount": variant["DesiredInstanceCount"],
    }
    if "ServerlessConfig" in variant:
        summary["CurrentServerlessConfig"] = variant["CurrentServerlessConfig"]
        summary["DesiredServerlessConfig"] = variant["ServerlessConfig"]
    if "RoutingConfig" in variant:
        summary["RoutingConfig"] = variant["RoutingConfig"]
    return summary | ({"VariantStatus": [reached]} if reached else {})


def _capture(config: Record) -> Record:
    enabled = config.get("EnableCapture", False)
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }


def _upper_snake(status: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", status).upper()
