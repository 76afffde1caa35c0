"""What a caller is told when a container does not answer, or answers with an error."""

from http import HTTPStatus

from trainwright_local.sagemaker.api.errors import (
    ModelError,
    ThrottlingException,
    ValidationError,
)
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.errors import (
    ModelLoadError,
    NotServedError,
    ServerGoneError,
    ThrottledError,
)
from trainwright_local.sagemaker.models.containers import PRIMARY

TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container {}. Review the latency "
    "metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)


def refuse_unless_successful(
    status: int, body: bytes, container: str, endpoint: str, context: Context
) -> None:
    """Raise the error that AWS makes of a container's answer that is none."""
    if status // 100 != 2:  # noqa: PLR2004 - the class of status that means success
        raise model_error(status, body.decode(errors="replace"), container, endpoint, context)


def refusal_of(error: Exception, endpoint: str, context: Context) -> Exception:
    """Return the error of the API that *error* is to the caller; a bug stays one."""
    refusal: Exception = error
    match error:
        case NotServedError():
            refusal = ValidationError(str(error))
        case ThrottledError():
            refusal = ThrottlingException("Rate exceeded")
        case ModelLoadError() if error.status == HTTPStatus.NOT_FOUND:
            refusal = ValidationError(str(error))
        case ModelLoadError():
            refusal = model_error(error.status, str(error), PRIMARY, endpoint, context)
        case TimeoutError():
            # No status at all.
            refusal = model_error(0, TIMED_OUT.format(PRIMARY), PRIMARY, endpoint, context)
        case ServerGoneError() | ConnectionError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
            refusal = model_error(status, str(error), PRIMARY, endpoint, context)
    return refusal


def model_error(
    status: int, message: str, container: str, endpoint: str, context: Context
) -> ModelError:
    """Return AWS's error for what a container said; status 0 is no answer at all."""
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    region = context.region
    side = "client" if status // 100 == 4 else "server"  # noqa: PLR2004 - a class of statuses
    return ModelError(
        f'Received {side} error ({status}) from {container} with message "{message}". See '
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={group} in account {context.account} for more information.",
        OriginalStatusCode=status,
        OriginalMessage=message,
        LogStreamArn=f"arn:{context.partition}:logs:{region}:{context.account}:log-group:{group}",
    )
