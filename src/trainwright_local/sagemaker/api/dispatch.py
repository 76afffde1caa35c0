"""A request answered: parsed, validated, authorised, done, and put into bytes again."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore.model import OperationModel

from trainwright_local.sagemaker.api.errors import (
    ApiError,
    InternalFailure,
    UnknownOperationException,
    ValidationError,
    ValidationException,
)
from trainwright_local.sagemaker.api.operations import ASYNC_OPERATIONS, OPERATIONS, Context
from trainwright_local.sagemaker.api.schema import HttpRequest, input_shape, parse, service_model
from trainwright_local.sagemaker.api.validation import validate
from trainwright_local.sagemaker.authorization import authorize

logger = logging.getLogger(__name__)

JSON = "application/x-amz-json-1.1"
RUNTIME = "sagemaker-runtime"
SMALL = 100_000
"""Bytes of a body that every operation takes."""
EVENT_STREAM = "application/vnd.amazon.eventstream"


@dataclass(frozen=True)
class HttpResponse:
    """An answer, ready to be sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    stream: AsyncIterator[bytes] | None = None
    """What comes after *body*, if the operation answers bit by bit."""


def respond(request: HttpRequest, context: Context) -> HttpResponse:
    """Answer *request*; never raises, since a client waits for an answer to whatever it sent."""
    try:
        model, members = _checked(request, context)
        return _success(model, OPERATIONS[model.name](members, context))
    except Exception as error:
        return refused(request, error)


async def respond_async(request: HttpRequest, context: Context) -> HttpResponse:
    """Answer *request* to one of the operations that have a coroutine; never raises."""
    try:
        model, members = _checked(request, context)
        return _success(model, await ASYNC_OPERATIONS[model.name](members, context))
    except Exception as error:
        return refused(request, error)


def _checked(request: HttpRequest, context: Context) -> tuple[OperationModel, dict[str, Any]]:
    """Return what *request* asks for, if the caller may ask for it."""
    model, members = parse(request)
    if model.name not in OPERATIONS:
        raise UnknownOperationException(f"The local cloud does not emulate {model.name} yet.")
    if model.service_model.service_name == RUNTIME:
        validate_invocation(model, members)
    else:
        validate(members, input_shape(model))
    authorize(model.name, members, context.headers, context)
    return model, members


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return what is answered to *request* when *error* came of it."""
    if isinstance(error, ApiError):
        return _refusal(error)
    # The fault is ours: it is logged whole, and the caller gets AWS's 500.
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return _refusal(InternalFailure("An internal failure occurred. The cloud's log has more."))


def validate_invocation(model: OperationModel, members: dict[str, Any]) -> None:
    """Validate what is mostly as it was the last time, except for the body."""
    body = members.get("Body", b"")
    try:
        if len(body) > SMALL:
            validate(members, input_shape(model))
        else:
            _validate_again(model.name, tuple((members | {"Body": b""}).items()))
    except ValidationException as error:
        raise ValidationError(error.message) from error


@lru_cache(maxsize=1024)
def _validate_again(name: str, members: tuple[tuple[str, Any], ...]) -> None:
    validate(dict(members), input_shape(service_model(RUNTIME).operation_model(name)))


def _success(model: OperationModel, members: dict[str, Any]) -> HttpResponse:
    shape = model.output_shape
    status = model.http.get("responseCode", 200)
    if shape is None:
        return HttpResponse(status, {"Content-Type": JSON}, b"")
    payload = shape.serialization.get("payload")
    headers = {
        member.serialization["name"]: str(members[name])
        for name, member in shape.members.items()
        if member.serialization.get("location") == "header" and members.get(name) is not None
    }
    if payload and shape.members[payload].serialization.get("eventstream"):
        return HttpResponse(
            status, {"Content-Type": EVENT_STREAM, **headers}, b"", members[payload]
        )
    if payload:
        return HttpResponse(status, headers, members.get(payload, b""))
    rest = {name: value for name, value in members.items() if value is not None}
    return HttpResponse(status, {"Content-Type": JSON, **headers}, json.dumps(rest).encode())


def _refusal(error: ApiError) -> HttpResponse:
    modelled = error.code in service_model("sagemaker").shape_names
    runtime = error.code in service_model(RUNTIME).shape_names
    key = "Message" if modelled or runtime else "message"
    body = {"__type": error.code, key: error.message, **error.extra}
    headers = {"Content-Type": JSON, "x-amzn-errortype": error.code}
    return HttpResponse(error.status, headers, json.dumps(body).encode())
