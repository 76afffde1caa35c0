"""What an endpoint is to serve: a configuration with all that is needed to run it.

The configuration and its models may be deleted while they are served, so a target holds copies.
"""

import time
from dataclasses import asdict
from uuid import uuid4

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.configs import found_config
from trainwright_local.sagemaker.endpoints.records import settle
from trainwright_local.sagemaker.models.containers import containers_of, mode_of
from trainwright_local.sagemaker.models.operations import found_model
from trainwright_local.sagemaker.store import Record

TAKEN_OVER = ("AsyncInferenceConfig", "DataCaptureConfig")
RETAINED = ("DesiredWeight", "DesiredInstanceCount")


def new_target(config_name: str, context: Context) -> Record:
    """Return a target for a configuration, as it and its models are now."""
    config = found_config(config_name, context)
    isolated = config.get("EnableNetworkIsolation", False)
    target = {
        "Id": uuid4().hex[:12],
        "EndpointConfigName": config_name,
        "StartTime": time.time(),
        "Variants": [_variant(v, context, isolated=isolated) for v in config["ProductionVariants"]],
        **{key: config[key] for key in TAKEN_OVER if key in config},
    }
    settle(target)
    return target


def retain(target: Record, serving: Record, request: Record) -> None:
    """Keep of what is served what the request to update it says."""
    excluded = [
        p["VariantPropertyType"] for p in request.get("ExcludeRetainedVariantProperties", [])
    ]
    if not request.get("RetainAllVariantProperties"):
        if excluded:
            raise ValidationException(
                "ExcludeRetainedVariantProperties can be specified only when "
                "RetainAllVariantProperties is true."
            )
        return
    served = {variant["VariantName"]: variant for variant in serving["Variants"]}
    kept = [member for member in RETAINED if member not in excluded]
    for variant in target["Variants"]:
        before = served.get(variant["VariantName"], {})
        variant |= {member: before[member] for member in kept if member in before}
    if "DataCaptureConfig" not in excluded and "DataCaptureConfig" in serving:
        target["DataCaptureConfig"] = serving["DataCaptureConfig"]
    settle(target)


def _variant(variant: Record, context: Context, *, isolated: bool) -> Record:
    model = found_model(variant["ModelName"], context)
    containers = [asdict(container) for container in containers_of(model, context)]
    for container in containers:
        container["isolated"] = container["isolated"] or isolated
    return variant | {
        "DesiredWeight": variant["InitialVariantWeight"],
        # A serverless variant has none while it is idle, and one process when it is not.
        "DesiredInstanceCount": variant.get("InitialInstanceCount", 0),
        "Mode": mode_of(model),
        "Containers": containers,
    }
