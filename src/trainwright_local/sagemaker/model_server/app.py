"""The ASGI application: `/ping` and `/invocations`, whose answer may come bit by bit."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from .content import RefusedRequestError
from .context import Context

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Response = tuple[int, dict[str, str], Any]
"""Status, headers and body: bytes, or an iterator or asynchronous iterator of parts."""

_log = logging.getLogger("model_server")


class Answering(Protocol):
    """A loaded model, and how requests to it are answered."""

    def respond(self, body: bytes, headers: dict[str, str]) -> tuple[Any, Context]:
        """Return what is answered to *body*, and the context it was answered in."""


class App:
    """Answers the two paths of the hosting contract; predictions run beside the event loop."""

    def __init__(self, handlers: Answering) -> None:
        self._handlers = handlers
        # Lets whoever started it tell it from another server on the same port.
        instance = os.environ.get("MODEL_SERVER_INSTANCE", "")
        self._health: Response = (200, {"X-Model-Server-Instance": instance}, b"")
        workers = int(os.environ.get("SAGEMAKER_MODEL_SERVER_WORKERS", "1"))
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="prediction")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = scope["method"], scope["path"]
        if asked == ("POST", "/invocations"):
            body = await _read(receive)
            headers = {
                k.decode("latin-1").title(): v.decode("latin-1") for k, v in scope["headers"]
            }
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._pool, respond, self._handlers, body, headers)
            if not isinstance(answer[2], bytes):
                await self._stream(send, *answer)
                return
        else:
            answer = self._health if asked == ("GET", "/ping") else (404, {}, b"")
        await _send(send, *answer)

    async def _stream(self, send: Send, status: int, headers: dict[str, str], body: Any) -> None:  # noqa: ANN401
        """Send each part when it is made; an error cuts the answer off, as it has begun."""
        await send({"type": "http.response.start", "status": status, "headers": _encoded(headers)})
        async for part in _parts(body, self._pool):
            await send({"type": "http.response.body", "body": _bytes(part), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def respond(handlers: Answering, body: bytes, headers: dict[str, str]) -> Response:
    """Return the response to one invocation, whatever the algorithm does."""
    try:
        result, context = handlers.respond(body, headers)
        status = context.request_processor[0].status or 200
        streams = isinstance(result, (Iterator, AsyncIterator))
        return status, context.response_headers, result if streams else _bytes(result)
    except Exception as error:  # the boundary to the algorithm's code: any error is an answer
        trace = traceback.format_exc()
        _log.error("%s", trace)
        message = getattr(error, "message", None) or str(error)
        return _status(error), {"Content-Type": "text/plain"}, f"{message}\n{trace}".encode()


def _status(error: Exception) -> int:
    """Return the status *error* asks for; by name, as the toolkit's class may be absent."""
    chosen = {"BaseInferenceToolkitError", RefusedRequestError.__name__}
    if chosen & {base.__name__ for base in type(error).__mro__}:
        return int(getattr(error, "status_code", 500))
    return 500


def _bytes(result: Any) -> bytes:  # noqa: ANN401 -- what the algorithm returns
    if isinstance(result, str):
        return result.encode()
    if isinstance(result, (bytes, bytearray, memoryview)):
        return bytes(result)
    return b"" if result is None else json.dumps(result).encode()


async def _parts(body: Any, pool: ThreadPoolExecutor) -> AsyncIterator[Any]:  # noqa: ANN401
    if isinstance(body, AsyncIterator):
        async for part in body:
            yield part
        return
    loop = asyncio.get_running_loop()
    end = object()
    while (part := await loop.run_in_executor(pool, next, body, end)) is not end:
        yield part


async def _read(receive: Receive) -> bytes:
    message = await receive()
    if not message.get("more_body"):
        return message.get("body", b"")  # type: ignore[no-any-return]
    parts = [message.get("body", b"")]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [*_encoded(headers), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
