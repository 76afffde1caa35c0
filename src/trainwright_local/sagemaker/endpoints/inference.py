"""One asynchronous inference: its input fetched, the model asked, the answer stored and told."""

import json
import threading
import time
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.api.errors import ApiError, ModelError
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.invoke import Invocation
from trainwright_local.sagemaker.endpoints.notices import Notice, notify
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record

NO_INSTANCE_SECONDS = 1.0


@dataclass
class FailedError(Exception):
    """An inference that came to nothing: why, and what the model said to it."""

    reason: str
    answer: bytes = b""


def infer(inference: Record, context: Context, closing: threading.Event) -> bool:
    """Do *inference*; whether it is done, or to be tried again later."""
    traffic = context.part(Endpoints).traffic(inference["Endpoint"], context)
    if traffic is None:
        return False
    if not (traffic.serving.variants[0].count or _is_expired(inference)):
        closing.wait(NO_INSTANCE_SECONDS)  # scaled to nothing: it waits for instances
        return False
    role = traffic.serving.variants[0].sites[0].role
    config = traffic.target["AsyncInferenceConfig"]["OutputConfig"]
    notice = Notice(inference, config.get("NotificationConfig", {}))
    try:
        answered = _answered(inference, role, context)
        _store(inference["Output"], answered["Body"], answered["ContentType"], role)
        notify(notice.success(answered), role, context)
    except FailedError as error:
        if closing.is_set():
            return False
        if "Failure" in inference:
            _store_failure(inference, error, role)
        notify(notice.failure(error.reason, error.answer), role, context)
    return True


def _is_expired(inference: Record) -> bool:
    age = time.time() - inference["Received"]
    return bool(age > inference["Expires"])


def _answered(inference: Record, role: Role, context: Context) -> Record:
    if _is_expired(inference):
        raise FailedError(
            "ClientError: The request has expired: it was in the queue for more than "
            f"{inference['Expires']} seconds."
        )
    request = inference["Request"] | {"Body": _input(inference, role)}
    work = _ask(request, context, inference["Timeout"])
    try:
        return context.part(Endpoints).runtime.run(work)
    except ModelError as error:
        status = error.extra["OriginalStatusCode"]
        side = "client" if status // 100 == 4 else "server"  # noqa: PLR2004 - a class of statuses
        raise FailedError(
            f"ClientError: Received {side} error ({status}) from model. See the SageMaker Endpoint "
            "logs in your account for more information.",
            error.extra["OriginalMessage"].encode(),
        ) from error
    except ApiError as error:
        raise FailedError(f"ClientError: {error.message}") from error


async def _ask(request: Record, context: Context, seconds: float) -> Record:
    invocation = Invocation(request, context)
    try:
        answering = await invocation.begin(seconds)
        body = await invocation.read()
    finally:
        invocation.end()
    return {"Body": body, "ContentType": answering.reply.headers.get("content-type")}


def _input(inference: Record, role: Role) -> bytes:
    if "Body" in inference:
        text: str = inference["Body"]
        return text.encode("latin-1")
    location = inference["Request"]["InputLocation"]
    uri = S3Uri.parse(location)
    try:
        return role.s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise FailedError(
            f"ClientError: Failed to download input payload from {location}. Please ensure that "
            "there is an object there and that the role passed to CreateModel has permissions to "
            "download it."
        ) from error


def _store(place: str, body: bytes, content_type: str | None, role: Role) -> None:
    uri = S3Uri.parse(place)
    try:
        role.s3.put_object(
            Bucket=uri.bucket,
            Key=uri.key,
            Body=body,
            ContentType=content_type or "application/octet-stream",
        )
    except (ClientError, BotoCoreError) as error:
        raise FailedError(
            f"ClientError: Failed to upload the answer to {place}: {error}"
        ) from error


def _store_failure(inference: Record, error: FailedError, role: Role) -> None:
    """Store what went wrong; where that cannot be, the notice alone tells."""
    body = error.answer or json.dumps({"message": error.reason}).encode()
    try:
        _store(inference["Failure"], body, "text/plain", role)
    except FailedError:
        del inference["Failure"]
