"""The way of the invocations that `express` leaves: in the server's event loop to a model and back.

MiniStack reads a whole request, finds its service and hands it to a thread; an invocation needs
none of that, and may be answered bit by bit. Everything else goes to MiniStack as it is. Signature
and policies are checked here as there, by the same functions.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

from ministack.app import _request_account_scope
from ministack.core.iam_evaluator import (
    AmbiguousAccessKeyError,
    pin_request_origin,
    pin_signed_body,
)
from ministack.core.responses import get_account_id, set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region

from trainwright_local.sagemaker.api.dispatch import HttpResponse
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.service import SageMakerService

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type Application = Callable[[Any, Receive, Send], Awaitable[None]]

INVOCATION = re.compile(r"/endpoints/[^/]+/invocations(?:-response-stream)?")
LOOPBACK = "127.0.0.1"


def with_invocations(service: SageMakerService, others: Application) -> Application:
    """Answer invocations with *service*, and everything else with *others*."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["method"] == "POST"
        if ours and INVOCATION.fullmatch(scope["path"]) and not _is_encoded(scope):
            await _invoke(service, scope, receive, send)
        else:
            await others(scope, receive, send)

    return answer


def _is_encoded(scope: Message) -> bool:
    """Whether the body is compressed, which MiniStack undoes."""
    return any(name == b"content-encoding" for name, _ in scope["headers"])


async def _invoke(service: SageMakerService, scope: Message, receive: Receive, send: Send) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    _enter(scope, headers)
    body = await _body(receive)
    if body is None:
        return
    pin_signed_body(body)
    request = HttpRequest("POST", scope["path"], headers, body)
    region = extract_region(headers)
    await _send(send, await service.respond_async(request, get_account_id(), region))


def _enter(scope: Message, headers: dict[str, str]) -> None:
    """Note who asks, and what is signed, where MiniStack's checks look for it."""
    # Looked up now: the cloud puts its own check of signatures in the place of MiniStack's.
    from ministack import app  # noqa: PLC0415

    client = (scope.get("client") or (LOOPBACK,))[0]
    if key := extract_access_key_id(headers, {}):
        try:
            set_request_account_id(_request_account_scope(key))
        except AmbiguousAccessKeyError:
            set_request_account_id(key)
    set_request_region(extract_region(headers))
    pin_request_origin(client, headers.get("x-forwarded-proto", "").startswith("https"))
    raw_path = scope["raw_path"].decode("latin-1")
    app.pin_signed_request("POST", raw_path, {}, scope["headers"])


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body; None when the caller has gone."""
    parts = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(send: Send, response: HttpResponse) -> None:
    headers = [(b"x-amzn-requestid", str(uuid4()).encode())]
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers.items()
    ]
    if response.stream is None:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.stream is not None:
        await _send_stream(send, response.stream)
    await send({"type": "http.response.body", "body": response.body, "more_body": False})


async def _send_stream(send: Send, stream: AsyncIterator[bytes]) -> None:
    async for part in stream:
        await send({"type": "http.response.body", "body": part, "more_body": True})
