"""What is the same in all requests that ask an endpoint in the same way: worked out once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trainwright_local.sagemaker.api.dispatch import validate_invocation
from trainwright_local.sagemaker.api.errors import ApiError
from trainwright_local.sagemaker.api.schema import HttpRequest, parse
from trainwright_local.sagemaker.endpoints.connections import HOST
from trainwright_local.sagemaker.endpoints.invoke import PASSED_ON
from trainwright_local.sagemaker.express.requests import PlainRequest

OPERATION = "InvokeEndpoint"
PREFIX = "x-amzn-sagemaker-"
TAKEN = {"EndpointName", "Body", "ContentType", "Accept", "CustomAttributes", "InferenceId"}
MORE = {"TargetVariant"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A valid request but for its body."""

    members: dict[str, Any]
    variant: str | None
    head: bytes
    """What the model is sent, up to the length of the body."""

    def request(self, body: bytes) -> bytes:
        """Return what the model is sent."""
        return b"%b%d\r\n\r\n%b" % (self.head, len(body), body)


def plan_of(request: PlainRequest) -> Plan | None:
    """Return the plan for *request*; None when it asks for more than an answer of a variant."""
    headers = request.headers
    own = [(name, headers[name]) for name in headers if name.startswith(PREFIX)]
    return _plan(request.path, headers.get("content-type"), headers.get("accept"), *own)


@lru_cache(maxsize=1024)
def _plan(
    path: str, content_type: str | None, accept: str | None, *own: tuple[str, str]
) -> Plan | None:
    named = {"content-type": content_type, "accept": accept, **dict(own)}
    headers = {name: value for name, value in named.items() if value is not None}
    try:
        model, members = parse(HttpRequest("POST", path, headers, b""))
        validate_invocation(model, members)
    except ApiError:
        return None
    if not members.keys() <= TAKEN | MORE:
        return None
    lines = [f"{wire}: {members[name]}\r\n" for name, wire in PASSED_ON.items() if name in members]
    head = f"POST /invocations HTTP/1.1\r\nHost: {HOST}\r\n{''.join(lines)}Content-Length: "
    return Plan(members, members.get("TargetVariant"), head.encode("latin-1"))
