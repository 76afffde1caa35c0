"""IAM for our service: what a request needs its caller's policies to allow.

The rules follow AWS's service authorization reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_sagemaker.html): the action
on the ARN of the resource, `sagemaker:AddTags` for tags given at creation, and `iam:PassRole` for
every role that is handed over. The price of deriving ARNs from names: an operation whose members do
not follow `CreateThing(ThingName)` needs a row in `NAMED_OTHERWISE`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trainwright_local.sagemaker.api.errors import AccessDeniedException
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import tags_of

type Request = Mapping[str, Any]

VERBS = re.compile(r"^(Create|Delete|Describe|Invoke|Start|Stop|Update)(?=[A-Z])")
ROLE_MEMBERS = ("RoleArn", "ExecutionRoleArn")
SERVICE = "sagemaker.amazonaws.com"

NAMED_OTHERWISE = {
    "InvokeEndpointAsync": ("endpoint", "EndpointName"),
    "InvokeEndpointWithResponseStream": ("endpoint", "EndpointName"),
    "UpdateEndpointWeightsAndCapacities": ("endpoint", "EndpointName"),
    "UpdateModelPackage": ("model-package", "ModelPackageArn"),
}
ALSO_ON = {
    "CreateEndpoint": ("endpoint-config", "EndpointConfigName"),
    "UpdateEndpoint": ("endpoint-config", "EndpointConfigName"),
}
"""A second resource on which the same action is needed."""


@dataclass(frozen=True)
class Demand:
    """An action on a resource, and the condition keys that describe the request."""

    action: str
    resource: str
    keys: Mapping[str, Any] = field(default_factory=dict)


def authorize(
    operation: str, request: Request, headers: Mapping[str, str], context: Context
) -> None:
    """Raise AccessDeniedException unless the caller's policies allow all that *request* needs."""
    # Read here, not at import: MiniStack takes its settings when it is first imported.
    from ministack import app  # noqa: PLC0415

    if app.AUTH:
        for demand in demands(operation, request, context):
            _enforce(demand, headers, context)


def demands(operation: str, request: Request, context: Context) -> Iterator[Demand]:
    """Yield what *operation* needs, in the order in which AWS checks it."""
    tags = {tag["Key"]: tag.get("Value", "") for tag in request.get("Tags", [])}
    asked = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    asked |= {"aws:TagKeys": list(tags)} if tags else {}
    resources = list(_resources(operation, request, context))
    for arn in resources:
        yield Demand(f"sagemaker:{operation}", arn, asked | _resource_tags(arn, context))
    if tags and operation.startswith("Create"):
        yield Demand("sagemaker:AddTags", resources[0], asked)
    # A tuning job hands the role over that its training jobs have.
    for members in (request, request.get("TrainingJobDefinition", {})):
        for member in ROLE_MEMBERS:
            if role := members.get(member):
                yield Demand("iam:PassRole", role, {"iam:PassedToService": SERVICE})


def _resources(operation: str, request: Request, context: Context) -> Iterator[str]:
    if "ResourceArn" in request:  # AddTags, ListTags ...
        yield request["ResourceArn"]
        return
    kind, member = NAMED_OTHERWISE.get(operation) or _by_convention(operation)
    if operation == "CreateModelPackage" and "ModelPackageGroupName" in request:
        # Its version is not known yet, so the policy has to cover all of the group's.
        yield context.arn(f"model-package/{_name(request['ModelPackageGroupName'])}/*")
    elif name := request.get(member):
        yield name if name.startswith("arn:") else context.arn(f"{kind}/{_name(name)}")
    else:
        yield "*"
    if operation in ALSO_ON:
        kind, member = ALSO_ON[operation]
        yield context.arn(f"{kind}/{_name(request[member])}")


def _by_convention(operation: str) -> tuple[str, str]:
    """Return the kind in the ARN and the member with the name: training-job, TrainingJobName."""
    noun = VERBS.sub("", operation)
    return re.sub(r"(?<!^)(?=[A-Z])", "-", noun).lower(), f"{noun}Name"


def _name(name_or_arn: str) -> str:
    """Return the name as it stands in ARNs, which are in lower case."""
    return name_or_arn.rpartition("/")[2].lower()


def _resource_tags(arn: str, context: Context) -> dict[str, str]:
    return {
        f"{prefix}:ResourceTag/{key}": value
        for key, value in tags_of(context, arn).items()
        for prefix in ("aws", "sagemaker")
    }


def _enforce(demand: Demand, headers: Mapping[str, str], context: Context) -> None:
    from ministack.core import iam_actions, iam_evaluator, router  # noqa: PLC0415

    denied = iam_evaluator.enforce(
        router.extract_access_key_id(headers, {}),
        demand.action,
        "sagemaker",
        context.region,
        resource_arn=demand.resource,
        service_context=dict(demand.keys),
    )
    if denied is None:
        return
    if isinstance(denied, iam_evaluator.AuthError):
        raise AccessDeniedException(denied.message)
    raise AccessDeniedException(
        iam_actions.identity_denial_message(
            demand.action, denied.principal_arn, demand.resource, denied.decision == "Deny"
        )
    )
