"""One invocation from its bytes to the bytes of its answer: who asks, whom, and what comes back."""

import time
from collections.abc import Callable, Iterable
from contextvars import copy_context
from http import HTTPStatus
from itertools import count
from uuid import uuid4

from ministack import app
from ministack.core.iam_evaluator import AmbiguousAccessKeyError, pin_request_origin
from ministack.core.responses import get_account_id, set_request_account_id

from trainwright_local.sagemaker.api.dispatch import HttpResponse, refused
from trainwright_local.sagemaker.api.errors import ApiError
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.authorization import authorize
from trainwright_local.sagemaker.endpoints.calls import REAL_TIME_SECONDS
from trainwright_local.sagemaker.endpoints.errors import (
    NotServedError,
    ServerGoneError,
    ThrottledError,
)
from trainwright_local.sagemaker.endpoints.failures import refusal_of, refuse_unless_successful
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.instances import Instance
from trainwright_local.sagemaker.endpoints.invoke import CUSTOM_ATTRIBUTES
from trainwright_local.sagemaker.endpoints.meters import NO_ANSWER, Note
from trainwright_local.sagemaker.endpoints.traffic import Traffic
from trainwright_local.sagemaker.endpoints.variants import Variant
from trainwright_local.sagemaker.endpoints.wires import Answer
from trainwright_local.sagemaker.express.plans import OPERATION, Plan, plan_of
from trainwright_local.sagemaker.express.requests import PlainRequest
from trainwright_local.sagemaker.express.signatures import Claim, claim_of, signer
from trainwright_local.sagemaker.parts import Service

_first = str(uuid4())[:-12]
type Tell = Callable[[bytes], None]
"""Takes the whole response to a request."""

NEEDS_MORE = ("AsyncInferenceConfig", "DataCaptureConfig")
"""Endpoints with these have more to do than to answer."""
_ids = (f"{_first}{number:012x}".encode() for number in count())
"""Of requests: each a UUID that no other request here has, and none of another process."""
PASSED_BACK = (b"content-type", CUSTOM_ATTRIBUTES.lower().encode())


class Express:
    """The short way to the endpoints of a service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._endpoints = service.part(Endpoints)

    def take(self, request: PlainRequest, client: str, tell: Tell) -> bool:
        """Answer *request* of the address *client*, and say so; or do nothing at all."""
        received = time.perf_counter()
        claim, plan = claim_of(request), plan_of(request)
        if claim is None or plan is None:
            return False
        # What MiniStack keeps of a request in context variables is of this one alone.
        return copy_context().run(self._take, request, claim, plan, client, received, tell)

    def _take(
        self,
        request: PlainRequest,
        claim: Claim,
        plan: Plan,
        client: str,
        received: float,
        tell: Tell,
    ) -> bool:
        context = self._context(request, claim)
        if context is None or not _is_allowed(request, claim, plan, client, context):
            return False
        traffic = self._endpoints.traffic(request.endpoint, context)
        if traffic is None or any(name in traffic.target for name in NEEDS_MORE):
            return False
        return Ride(request, context, received, tell).begin(traffic, plan)

    def _context(self, request: PlainRequest, claim: Claim) -> Context | None:
        try:
            set_request_account_id(app._request_account_scope(claim.access_key_id))  # noqa: SLF001
        except AmbiguousAccessKeyError:
            return None
        return Context(get_account_id(), claim.region, self._service, request.headers)


def _is_allowed(
    request: PlainRequest, claim: Claim, plan: Plan, client: str, context: Context
) -> bool:
    """Whether the request is signed by someone who may do this."""
    found = signer(request, claim, context.account)
    if found is None or found.principal_type == "Root":
        return found is not None
    secure = request.headers.get("x-forwarded-proto", "").startswith("https")
    pin_request_origin(client, secure)
    try:
        authorize(OPERATION, plan.members, request.headers, context)
    except ApiError:
        return False
    return True


class Ride:
    """A request that is inside an instance until its answer is told."""

    def __init__(
        self, request: PlainRequest, context: Context, received: float, tell: Tell
    ) -> None:
        self._request = request
        self._context = context
        self._received = received
        self._tell = tell
        self._instance: Instance
        self._variant: Variant
        self._container: str
        self._asked: float

    def begin(self, traffic: Traffic, plan: Plan) -> bool:
        """Ask an instance, and say so; or do nothing, if that is to be asked in another way."""
        try:
            self._variant, self._instance = traffic.enter(plan.variant)
        except (NotServedError, ServerGoneError, ThrottledError):
            return False
        line = self._instance.line
        if line is None:
            self._instance.leave()
            return False
        self._container, self._asked = line.container, time.perf_counter()
        line.wires.ask(plan.request(self._request.body), REAL_TIME_SECONDS, self._end)
        return True

    def _end(self, answer: Answer | Exception) -> None:
        self._instance.leave()
        self._note(answer.status if isinstance(answer, Answer) else NO_ANSWER)
        name = self._request.endpoint
        try:
            if isinstance(answer, ConnectionError):
                raise ServerGoneError("The model server has died.") from answer
            if isinstance(answer, Exception):
                raise answer
            refuse_unless_successful(
                answer.status, answer.body, self._container, name, self._context
            )
        except Exception as error:
            self._tell(self._refusal(refusal_of(error, name, self._context)))
        else:
            self._tell(_success(answer, self._variant.name.encode()))

    def _note(self, status: int) -> None:
        taken, overhead = time.perf_counter() - self._asked, self._asked - self._received
        self._variant.meter.note(Note(status, taken, overhead, self._variant.count))

    def _refusal(self, error: Exception) -> bytes:
        request = self._request
        response: HttpResponse = refused(
            HttpRequest("POST", request.path, request.headers, request.body), error
        )
        headers = [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in response.headers.items()
        ]
        return _response(response.status, headers, response.body)


def _success(answer: Answer, variant: bytes) -> bytes:
    headers = [(name, answer.headers[name]) for name in PASSED_BACK if name in answer.headers]
    headers.append((b"x-amzn-invoked-production-variant", variant))
    return _response(HTTPStatus.OK, headers, answer.body)


def _response(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    return b"HTTP/1.1 %d %b\r\nx-amzn-requestid: %b\r\n%bcontent-length: %d\r\n\r\n%b" % (
        status,
        HTTPStatus(status).phrase.encode(),
        next(_ids),
        lines,
        len(body),
        body,
    )
