"""How a streamed answer ends when it does not end well."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer

from trainwright_local.sagemaker.endpoints.connections import BadAnswerError
from trainwright_local.sagemaker.endpoints.streams import _messages


class BrokenReply:
    """Two parts of an answer, and then an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def chunks(self) -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"
        raise self._error


class Left:
    """An invocation that only knows whether it was left."""

    endpoint = "churn"
    ended = 0

    def end(self) -> None:
        self.ended += 1


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (TimeoutError(), "ModelStreamError", "ModelInvocationTimeExceeded"),
        (BadAnswerError("not whole"), "ModelStreamError", "StreamBroken"),
        (ConnectionResetError(), "ModelStreamError", "StreamBroken"),
        (KeyError("a bug"), "InternalStreamFailure", None),
    ],
)
def test_what_was_made_is_sent_and_then_why_there_is_no_more(
    error: Exception, kind: str, code: str | None
) -> None:
    reply: Any = BrokenReply(error)
    invocation: Any = Left()

    async def all_of_it() -> bytes:
        return b"".join([message async for message in _messages(reply, invocation)])

    buffer = EventStreamBuffer()
    buffer.add_data(asyncio.run(all_of_it()))
    messages: list[Any] = list(buffer)

    assert [message.payload for message in messages[:-1]] == [b"one", b"two"]
    assert messages[-1].headers[":exception-type"] == kind
    assert json.loads(messages[-1].payload).get("ErrorCode") == code
    assert invocation.ended == 1
