"""The access log: a JSON line for each request, with who sent it and how it was answered.

What CloudTrail and S3's server access logs tell on AWS, for all services and at once. Calls between
services (a state machine that invokes a function) are no requests here, and not in it.
"""

import json
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope
from ministack.core import iam_evaluator

type Application = Callable[[Scope, ASGIReceiveCallable, ASGISendCallable], Awaitable[None]]

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/")


def logged(application: Application, path: Path) -> Application:
    """Write what *application* is asked to the file *path*, a line for each answered request."""
    log = path.open("a", buffering=1)

    async def log_and_answer(
        scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        started, status = time.time(), 0
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        request = describe(scope["method"], scope["path"], headers)

        async def send_and_see(event: ASGISendEvent) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
            await send(event)

        await application(scope, receive, send_and_see)
        seconds = round(time.time() - started, 4)
        log.write(json.dumps({"time": started, "seconds": seconds, "status": status, **request}))
        log.write("\n")

    return log_and_answer


def describe(method: str, path: str, headers: dict[str, str]) -> dict[str, str]:
    """Say which operation of which service a request asks for, and who asks with what."""
    signed_for = _SCOPE.search(headers.get("authorization", ""))
    return {
        "service": signed_for["service"] if signed_for else "",
        # The JSON protocols name the operation; a request of REST is its method and path.
        "operation": headers.get("x-amz-target", "").rpartition(".")[2] or f"{method} {path}",
        "caller": iam_evaluator.request_caller_arn(headers) if signed_for else "",
        "agent": headers.get("user-agent", ""),
    }
