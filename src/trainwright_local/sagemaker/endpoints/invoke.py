"""InvokeEndpoint: a request passed to a container as it is, its answer passed back.

Most requests take the shorter way of `express`, which does the same in fewer steps.
"""

import time

from trainwright_local.sagemaker.api.errors import ModelError, ValidationError
from trainwright_local.sagemaker.api.operations import Context, async_operation, operation
from trainwright_local.sagemaker.endpoints.calls import REAL_TIME_SECONDS, Call
from trainwright_local.sagemaker.endpoints.capture import Captures
from trainwright_local.sagemaker.endpoints.failures import refusal_of, refuse_unless_successful
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.hosts import Answering
from trainwright_local.sagemaker.endpoints.instances import Instance
from trainwright_local.sagemaker.endpoints.meters import NO_ANSWER, Note
from trainwright_local.sagemaker.endpoints.traffic import Traffic
from trainwright_local.sagemaker.endpoints.variants import Variant
from trainwright_local.sagemaker.store import Record

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
PASSED_ON = {
    "ContentType": "Content-Type",
    "Accept": "Accept",
    "CustomAttributes": CUSTOM_ATTRIBUTES,
    "InferenceId": "X-Amzn-SageMaker-Inference-Id",
    "TargetModel": "X-Amzn-SageMaker-Target-Model",
}
NOT_EMULATED = ("EnableExplanations", "InferenceComponentName", "PrefixAwareId", "SessionId")


@operation("InvokeEndpoint")
def invoke_endpoint(request: Record, context: Context) -> Record:
    """Let a variant of an endpoint answer, for callers without an event loop."""
    return context.part(Endpoints).runtime.run(answer(request, context))


class Invocation:
    """One request inside an endpoint: `begin` it, read the answer, and `end` it whatever comes."""

    def __init__(self, request: Record, context: Context) -> None:
        for member in NOT_EMULATED:
            if member in request:
                raise ValidationError(f"The local cloud does not emulate {member}.")
        self._request = request
        self._context = context
        self.traffic: Traffic = found_traffic(request["EndpointName"], context)
        self.variant: Variant | None = None
        self._instance: Instance | None = None
        self._answering: Answering | None = None
        self._received = self._asked = time.perf_counter()
        self._status = 0

    @property
    def endpoint(self) -> str:
        """The name of the endpoint."""
        name: str = self._request["EndpointName"]
        return name

    async def begin(self, seconds: float = REAL_TIME_SECONDS) -> Answering:
        """Let an instance begin to answer, within *seconds* to the end; raises ApiError."""
        request = self._request
        call = Call(
            request.get("Body", b""),
            {wire: request[name] for name, wire in PASSED_ON.items() if name in request},
            seconds,
            request.get("TargetModel"),
            request.get("TargetContainerHostname"),
        )
        try:
            self.variant, self._instance = self.traffic.enter(request.get("TargetVariant"))
            self._asked = time.perf_counter()
            self._answering = await self._instance.open(call)
        except Exception as error:
            raise self._refusal(error) from error
        self._status = self._answering.reply.status
        return self._answering

    async def read(self) -> bytes:
        """Return the whole body of the answer; raises ApiError, also for a model's error."""
        assert self._answering is not None
        try:
            body = await self._answering.reply.read()
        except Exception as error:
            raise self._refusal(error) from error
        status, container = self._answering.reply.status, self._answering.container
        refuse_unless_successful(status, body, container, self.endpoint, self._context)
        return body

    def end(self) -> None:
        """Leave the instance."""
        if self._answering is not None:
            self._answering.release()
        if self._instance is not None:
            self._instance.leave()
        if self.variant is not None and self._status:
            taken = time.perf_counter() - self._asked
            overhead = self._asked - self._received
            self.variant.meter.note(Note(self._status, taken, overhead, self.variant.count))

    def _refusal(self, error: Exception) -> Exception:
        """Return what the caller is told of *error*; what the model is to blame for is counted."""
        refusal = refusal_of(error, self.endpoint, self._context)
        self._status = NO_ANSWER if isinstance(refusal, ModelError) else 0
        return refusal


@async_operation("InvokeEndpoint")
async def answer(request: Record, context: Context) -> Record:
    """Let a variant of an endpoint answer."""
    refuse_asynchronous(request["EndpointName"], context)
    invocation = Invocation(request, context)
    try:
        answering = await invocation.begin()
        body = await invocation.read()
    finally:
        invocation.end()
    assert invocation.variant is not None
    headers = answering.reply.headers
    answered = {
        "Body": body,
        "ContentType": headers.get("content-type"),
        "InvokedProductionVariant": invocation.variant.name,
        "CustomAttributes": headers.get(CUSTOM_ATTRIBUTES.lower()),
    }
    context.part(Captures).take(invocation, request, answered, context)
    return answered


def found_traffic(name: str, context: Context) -> Traffic:
    """Return what serves an endpoint, or refuse as AWS does."""
    traffic = context.part(Endpoints).traffic(name, context)
    if traffic is None:
        raise ValidationError(f"Endpoint {name} of account {context.account} not found.")
    return traffic


def refuse_asynchronous(name: str, context: Context) -> None:
    """Refuse to wait for an answer of an endpoint that gives none."""
    if "AsyncInferenceConfig" in found_traffic(name, context).target:
        raise ValidationError(
            f"Endpoint {name} of account {context.account} is an asynchronous endpoint. Use "
            "InvokeEndpointAsync to invoke it."
        )
