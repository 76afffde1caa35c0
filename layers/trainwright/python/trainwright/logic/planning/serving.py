"""The registry entry, the model and the endpoint of a plan."""

import hashlib

from trainwright.logic.planning.draft import Draft
from trainwright.models.manifest import Inference
from trainwright.models.message import JsonObject
from trainwright.models.plan import RegistryPlan
from trainwright.models.storage import S3Place

VARIANT = "AllTraffic"


def container(draft: Draft, infer: Inference, image: str) -> JsonObject:
    """Build the container that serves the model, as CreateModel and the registry take it."""
    script = (
        {
            "SAGEMAKER_PROGRAM": infer.entry_point,
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            "SAGEMAKER_REGION": draft.account.region,
            "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
        }
        if infer.entry_point
        else {}
    )
    environment = infer.environment | draft.settings.endpoint.environment | script
    return {"Image": image, "ModelDataUrl": draft.artifact, "Environment": environment}


def registry_plan(draft: Draft, infer: Inference, serving: JsonObject) -> RegistryPlan:
    """Build CreateModelPackageGroup and CreateModelPackage; a version has its group's tags."""
    group = {
        "ModelPackageGroupName": draft.endpoint,
        "ModelPackageGroupDescription": f"Model {draft.run.model}, by {draft.run.algorithm}",
        "Tags": [tag for tag in draft.tags if not tag["Key"].startswith("trainwright:run")],
    }
    package = {
        "ModelPackageGroupName": draft.endpoint,
        "ModelPackageDescription": f"Run {draft.run.id}",
        "InferenceSpecification": {
            "Containers": [serving],
            "SupportedContentTypes": list(infer.content_types),
            "SupportedResponseMIMETypes": list(infer.accepts),
            "SupportedRealtimeInferenceInstanceTypes": [serving_instance(draft, infer)],
        },
        "ModelApprovalStatus": "Approved",
        "CustomerMetadataProperties": {tag["Key"]: tag["Value"] for tag in draft.tags},
        "ClientToken": hashlib.sha256(draft.job.encode()).hexdigest()[:32],
    }
    security = {"SecurityConfig": draft.kms("KmsKeyId")} if draft.account.kms_key else {}
    return RegistryPlan(group=group, package=package | security)


def serving_instance(draft: Draft, infer: Inference) -> str:
    """Give the instance type that serves the model."""
    return draft.settings.endpoint.instance_type or infer.instance_type


def model_request(draft: Draft, serving: JsonObject) -> JsonObject:
    """Build CreateModel."""
    return {
        "ModelName": draft.job,
        "PrimaryContainer": serving,
        "ExecutionRoleArn": draft.account.role,
        "Tags": draft.tags,
    } | draft.vpc


def endpoint_config_request(draft: Draft, infer: Inference) -> JsonObject:
    """Build CreateEndpointConfig, with one variant."""
    asked, instance_type = draft.settings.endpoint, serving_instance(draft, infer)
    variant = {
        "VariantName": VARIANT,
        "ModelName": draft.job,
        "InstanceType": instance_type,
        "InitialInstanceCount": asked.instance_count or infer.instance_count,
        "InitialVariantWeight": 1.0,
    }
    limits = {
        "VolumeSizeInGB": asked.volume_size_gb or infer.volume_size_gb,
        "ModelDataDownloadTimeoutInSeconds": (
            asked.download_timeout_seconds or infer.download_timeout_seconds
        ),
        "ContainerStartupHealthCheckTimeoutInSeconds": (
            asked.startup_timeout_seconds or infer.startup_timeout_seconds
        ),
    }
    variant |= {name: value for name, value in limits.items() if value is not None}
    return {
        "EndpointConfigName": draft.job,
        "ProductionVariants": [variant],
        "Tags": draft.tags,
        **draft.kms("KmsKeyId", instance_type),
        **_asynchronous(draft, infer),
    }


def request_queue(draft: Draft, infer: Inference) -> S3Place | None:
    """Give the prefix of the requests to an asynchronous endpoint, None for one that is not."""
    if (draft.settings.endpoint.deploy_type or infer.deploy_type) != "async":
        return None
    return S3Place.from_uri(f"{draft.output}asyncinvoke/in/")


def _asynchronous(draft: Draft, infer: Inference) -> JsonObject:
    """Say where the answers go, if the endpoint does not give them itself."""
    if request_queue(draft, infer) is None:
        return {}
    place = f"{draft.output}asyncinvoke/"
    output = {"S3OutputPath": f"{place}out/", "S3FailurePath": f"{place}failures/"}
    return {"AsyncInferenceConfig": {"OutputConfig": output | draft.kms("KmsKeyId")}}
