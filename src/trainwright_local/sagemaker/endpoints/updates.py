"""UpdateEndpoint and UpdateEndpointWeightsAndCapacities."""

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.endpoints.configs import found_config
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.operations import refuse_in_progress
from trainwright_local.sagemaker.endpoints.policies import policy_of
from trainwright_local.sagemaker.endpoints.records import (
    NEXT,
    SERVING,
    change,
    counts_of,
    found_endpoint,
)
from trainwright_local.sagemaker.endpoints.targets import new_target, retain
from trainwright_local.sagemaker.store import Record


@operation("UpdateEndpoint")
def update_endpoint(request: Record, context: Context) -> Record:
    """Begin to exchange what an endpoint serves; until that is healthy it serves what it did."""
    name = request["EndpointName"]
    endpoint = found_endpoint(name, context)
    target = new_target(request["EndpointConfigName"], context)
    # AWS needs the present configuration too: without it an endpoint can only be deleted.
    found_config(endpoint["EndpointConfigName"], context)

    def alter(record: Record) -> None:
        _refuse_unless_in_service(record)
        retain(target, record[SERVING], request)
        config = _deployment_config(request, record)
        policy_of(config, counts_of(target))
        record.pop("FailureReason", None)
        record[NEXT] = target | {"DeploymentConfig": config}
        if config:
            record["LastDeploymentConfig"] = config

    record = change(name, context, "Updating", alter)
    context.part(Endpoints).update(name, context)
    return {"EndpointArn": record["EndpointArn"]}


@operation("UpdateEndpointWeightsAndCapacities")
def update_weights_and_capacities(request: Record, context: Context) -> Record:
    """Begin to give variants of an endpoint other weights, or other numbers of instances."""
    name = request["EndpointName"]

    def alter(record: Record) -> None:
        _refuse_unless_in_service(record)
        for wanted in request["DesiredWeightsAndCapacities"]:
            _resize(record, wanted)
        if not any(variant["DesiredWeight"] for variant in record[SERVING]["Variants"]):
            raise ValidationException("At least one production variant must have a weight above 0.")
        record.pop("FailureReason", None)

    record = change(name, context, "Updating", alter)
    context.part(Endpoints).resize(name, context)
    return {"EndpointArn": record["EndpointArn"]}


def _refuse_unless_in_service(record: Record) -> None:
    refuse_in_progress(record)
    if record["EndpointStatus"] != "InService":
        raise ValidationException(
            f'Cannot update endpoint "{record["EndpointArn"]}" with status '
            f"{record['EndpointStatus']}."
        )


def _deployment_config(request: Record, record: Record) -> Record:
    config: Record = request.get("DeploymentConfig", {})
    if request.get("RetainDeploymentConfig"):
        if config:
            raise ValidationException(
                "DeploymentConfig cannot be specified when RetainDeploymentConfig is true."
            )
        return record.get("LastDeploymentConfig") or {}
    return config


def _resize(record: Record, wanted: Record) -> None:
    name = wanted["VariantName"]
    variants = {variant["VariantName"]: variant for variant in record[SERVING]["Variants"]}
    if name not in variants:
        raise ValidationException(
            f'Could not find production variant "{name}" of endpoint "{record["EndpointArn"]}".'
        )
    variant = variants[name]
    is_serverless = "ServerlessConfig" in variant
    if is_serverless and "DesiredInstanceCount" in wanted:
        raise ValidationException(f"Serverless variant {name} has no instances to be counted.")
    if "ServerlessUpdateConfig" in wanted:
        if not is_serverless:
            raise ValidationException(f"Production variant {name} is not serverless.")
        variant["ServerlessConfig"] |= wanted["ServerlessUpdateConfig"]
    variant |= {k: wanted[k] for k in ("DesiredWeight", "DesiredInstanceCount") if k in wanted}
    if not (variant["DesiredInstanceCount"] or is_serverless or _is_asynchronous(record)):
        raise ValidationException(
            f"DesiredInstanceCount of production variant {name} must be at least 1: only "
            "asynchronous endpoints scale to 0."
        )


def _is_asynchronous(record: Record) -> bool:
    return "AsyncInferenceConfig" in record[SERVING]
