"""InvokeEndpointWithResponseStream: an answer passed on bit by bit, as the model makes it."""

import logging
from collections.abc import AsyncIterator

from trainwright_local.sagemaker.api.event_stream import event, exception
from trainwright_local.sagemaker.api.operations import Context, async_operation, operation
from trainwright_local.sagemaker.endpoints.connections import Reply
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.hosts import SUCCESS
from trainwright_local.sagemaker.endpoints.invoke import (
    CUSTOM_ATTRIBUTES,
    Invocation,
    refuse_asynchronous,
)
from trainwright_local.sagemaker.store import Record

STREAM_SECONDS = 480.0
"""What a model may take for the whole of a streamed answer."""
BROKEN = {
    "Message": "The connection to the model was closed before its answer was whole.",
    "ErrorCode": "StreamBroken",
}
TOO_LONG = {
    "Message": "The model took too long to stream its answer.",
    "ErrorCode": "ModelInvocationTimeExceeded",
}
FAILED = {"Message": "An internal failure occurred. The cloud's log has more."}
logger = logging.getLogger(__name__)


@operation("InvokeEndpointWithResponseStream")
def invoke_with_response_stream(request: Record, context: Context) -> Record:
    """Let a variant answer, for callers without an event loop: all of the stream at once."""

    async def whole() -> Record:
        answered = await stream(request, context)
        messages = [message async for message in answered["Body"]]

        async def again() -> AsyncIterator[bytes]:
            for message in messages:
                yield message

        return answered | {"Body": again()}

    return context.part(Endpoints).runtime.run(whole())


@async_operation("InvokeEndpointWithResponseStream")
async def stream(request: Record, context: Context) -> Record:
    """Let a variant of an endpoint begin to answer."""
    refuse_asynchronous(request["EndpointName"], context)
    invocation = Invocation(request, context)
    try:
        answering = await invocation.begin(STREAM_SECONDS)
        if answering.reply.status not in SUCCESS:
            await invocation.read()
    except BaseException:
        invocation.end()
        raise
    assert invocation.variant is not None
    headers = answering.reply.headers
    return {
        "Body": _messages(answering.reply, invocation),
        "ContentType": headers.get("content-type"),
        "InvokedProductionVariant": invocation.variant.name,
        "CustomAttributes": headers.get(CUSTOM_ATTRIBUTES.lower()),
    }


async def _messages(reply: Reply, invocation: Invocation) -> AsyncIterator[bytes]:
    try:
        async for chunk in reply.chunks():
            yield event("PayloadPart", chunk)
    except TimeoutError:
        yield exception("ModelStreamError", TOO_LONG)
    except ConnectionError:
        yield exception("ModelStreamError", BROKEN)
    except Exception:
        # The top of a stream: the fault is ours, and the client is told as AWS tells of its own.
        logger.exception("A stream of endpoint %s failed", invocation.endpoint)
        yield exception("InternalStreamFailure", FAILED)
    finally:
        invocation.end()
