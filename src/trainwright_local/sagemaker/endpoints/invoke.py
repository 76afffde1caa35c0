"""InvokeEndpoint: a request passed to a model server as it is, its answer passed back."""

from http import HTTPStatus
from typing import NoReturn

from trainwright_local.sagemaker.api.errors import ModelError, ValidationError
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.endpoints.connections import Answer
from trainwright_local.sagemaker.endpoints.deployment import Deployment, Variant
from trainwright_local.sagemaker.endpoints.errors import ServerGoneError
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.store import Record

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
PASSED_ON = {
    "ContentType": "Content-Type",
    "Accept": "Accept",
    "CustomAttributes": CUSTOM_ATTRIBUTES,
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
}
NOT_EMULATED = (
    "EnableExplanations",
    "InferenceComponentName",
    "SessionId",
    "TargetContainerHostname",
    "TargetModel",
)
TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the "
    "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)


@operation("InvokeEndpoint")
def invoke_endpoint(request: Record, context: Context) -> Record:
    """Let a variant of an endpoint answer."""
    name = request["EndpointName"]
    for member in NOT_EMULATED:
        if member in request:
            raise ValidationError(f"The local cloud does not emulate {member}.")
    with context.part(Endpoints).serving(name, context) as deployment:
        if deployment is None:
            raise ValidationError(f"Endpoint {name} of account {context.account} not found.")
        variant = _chosen(deployment, request.get("TargetVariant"), name)
        answer = _answer(variant, request, context)
    if answer.status // 100 != 2:  # noqa: PLR2004 - the class of status that means success
        _refuse(answer.status, answer.body.decode(errors="replace"), name, context)
    return {
        "Body": answer.body,
        "ContentType": answer.headers.get("Content-Type"),
        "InvokedProductionVariant": variant.name,
        "CustomAttributes": answer.headers.get(CUSTOM_ATTRIBUTES),
    }


def _chosen(deployment: Deployment, name: str | None, endpoint: str) -> Variant:
    variant = deployment.choose(name)
    if variant is None:
        raise ValidationError(f"Endpoint {endpoint} has no production variant {name}.")
    return variant


def _answer(variant: Variant, request: Record, context: Context) -> Answer:
    headers = {PASSED_ON[key]: request[key] for key in PASSED_ON if key in request}
    server, name = variant.server, request["EndpointName"]
    assert server is not None
    try:
        return server.request("POST", "/invocations", request.get("Body", b""), headers)
    except TimeoutError:
        _refuse(0, TIMED_OUT, name, context)
    except ServerGoneError as error:
        _refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error), name, context)


def _refuse(status: int, message: str, endpoint: str, context: Context) -> NoReturn:
    """Raise the error that AWS makes of a container's answer; status 0 is no answer at all."""
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    region = context.region
    side = "client" if status // 100 == 4 else "server"  # noqa: PLR2004 - a class of statuses
    raise ModelError(
        f'Received {side} error ({status}) from primary with message "{message}". See '
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={group} in account {context.account} for more information.",
        OriginalStatusCode=status,
        OriginalMessage=message,
        LogStreamArn=f"arn:{context.partition}:logs:{region}:{context.account}:log-group:{group}",
    )
