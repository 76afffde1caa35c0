"""The endpoints of a stack: finding, listing and deleting them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from trainwright_cli.cloud_access import Cloud

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import DescribeEndpointOutputTypeDef


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; its fields are the keys of `trainwright endpoints --json`."""

    endpoint: str
    status: str
    model: str
    run: str
    algorithm: str
    instance: str
    config: str
    created: datetime
    reason: str = ""


def find(cloud: Cloud, name: str) -> "DescribeEndpointOutputTypeDef | None":
    """Describe the endpoint *name*, or give None if there is none."""
    with _absence():
        return cloud.sagemaker.describe_endpoint(EndpointName=name)
    return None


def of_stack(cloud: Cloud) -> list[Endpoint]:
    """Give all endpoints that carry the stack's tag, the newest first."""
    pages = cloud.sagemaker.get_paginator("list_endpoints").paginate(
        NameContains=cloud.stack_name, SortBy="CreationTime", SortOrder="Descending"
    )
    names = [endpoint["EndpointName"] for page in pages for endpoint in page["Endpoints"]]
    return [found for name in names if (found := _read(cloud, name))]


def delete(cloud: Cloud, name: str) -> list[str]:
    """Delete the endpoint *name*, the configuration it serves and that one's models."""
    found = cloud.sagemaker.describe_endpoint(EndpointName=name)
    config = found["EndpointConfigName"]
    variants = cloud.sagemaker.describe_endpoint_config(EndpointConfigName=config)
    models = [v["ModelName"] for v in variants["ProductionVariants"] if "ModelName" in v]
    cloud.sagemaker.delete_endpoint(EndpointName=name)
    cloud.sagemaker.delete_endpoint_config(EndpointConfigName=config)
    for model in models:
        cloud.sagemaker.delete_model(ModelName=model)
    return [f"endpoint {name}", f"configuration {config}", *(f"model {m}" for m in models)]


def _read(cloud: Cloud, name: str) -> Endpoint | None:
    found = find(cloud, name)
    if found is None:  # deleted since it was listed
        return None
    tags = _tags(cloud, found["EndpointArn"])
    if tags.get("trainwright:stack") != cloud.stack_name:
        return None
    config = found.get("EndpointConfigName", "")
    return Endpoint(
        endpoint=name,
        status=found["EndpointStatus"],
        model=tags.get("trainwright:model", ""),
        # The endpoint's own tags are those of its first run; the configuration's name has the last.
        run=config.removeprefix(f"{cloud.stack_name}-"),
        algorithm=tags.get("trainwright:algorithm", ""),
        instance=_instance(cloud, config),
        config=config,
        created=found["CreationTime"],
        reason=found.get("FailureReason", ""),
    )


def _tags(cloud: Cloud, arn: str) -> dict[str, str]:
    pages = cloud.sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _instance(cloud: Cloud, config: str) -> str:
    with _absence():  # of an endpoint that is being deleted
        found = cloud.sagemaker.describe_endpoint_config(EndpointConfigName=config)
        variant = found["ProductionVariants"][0]
        return f"{variant.get('InitialInstanceCount', 0)} x {variant.get('InstanceType', '?')}"
    return ""


@contextmanager
def _absence() -> Iterator[None]:
    """Pass over what is not there, for which SageMaker has no error of its own."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - loaded with the client

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
