"""The shortest way to a model server: bytes out, and a call back with the whole answer.

For callers in the event loop who wait for one answer of known bounds; `connections` has everything
else. An answer is parsed in C, whether its length is told, it comes in chunks or ends the
connection.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import httptools

INTERIM = 200
"""Statuses below it announce another answer."""
LENGTHS = frozenset({b"content-length", b"transfer-encoding"})
"""What tells where a body ends; without, that is the end of the connection."""


@dataclass(slots=True)
class Answer:
    """A whole answer; names of *headers* are in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


type Done = Callable[[Answer | Exception], None]
"""Told the answer; or a TimeoutError, or a ConnectionError when nobody answers as agreed."""


class Wire(asyncio.Protocol):
    """One connection, which carries one request after the other."""

    def __init__(self, wires: "Wires") -> None:
        self._wires = wires
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._done: Done | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can carry a request, as far as is known."""
        return not self._transport.is_closing()

    def ask(self, request: bytes, seconds: float, done: Done) -> None:
        """Send a request, and call *done* once, after so many *seconds* at the latest."""
        self._done = done
        self._late = self._loop.call_later(seconds, self._give_up, TimeoutError())
        self._begin()
        self._transport.write(request)

    def close(self) -> None:
        """Break it; who waits for an answer is told."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        # uvloop's transports are no subclasses.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        if self._done is None:  # nothing was asked
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._give_up(ConnectionError(f"This is no answer in HTTP: {error}"))
        if self._is_whole:
            if self._stays:
                self._wires.give_back(self)
            else:
                self._transport.close()
            self._tell(self._answer())

    def connection_lost(self, exc: Exception | None) -> None:
        """End the answer, which some do in this way."""
        if exc is None and self._ends_with_connection:
            self._tell(self._answer())
        else:
            self._tell(ConnectionError("The answer ended before it was whole."))

    def on_message_begin(self) -> None:
        """See that there is one answer to a request."""
        self._stays = not self._is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header from the parser."""
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """See from the headers where the body ends."""
        self._ends_with_connection = LENGTHS.isdisjoint(self._headers)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body from the parser."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Take note of the end, unless it is that of an announcement."""
        if self._parser.get_status_code() < INTERIM:
            self._begin()
        else:
            self._is_whole = True
            self._stays = self._parser.should_keep_alive()

    def _begin(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._ends_with_connection = self._is_whole = self._stays = False

    def _answer(self) -> Answer:
        return Answer(self._parser.get_status_code(), self._headers, b"".join(self._body))

    def _give_up(self, error: Exception) -> None:
        self.close()
        self._tell(error)

    def _tell(self, answer: Answer | Exception) -> None:
        done, self._done = self._done, None
        if done is not None:
            self._late.cancel()
            done(answer)


class Wires:
    """As many as are needed at once to one server, all of one event loop."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._idle: deque[Wire] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def ask(self, request: bytes, seconds: float, done: Done) -> None:
        """Send a request, and call *done* once, after so many *seconds* at the latest."""
        while self._idle:
            wire = self._idle.pop()
            if wire.is_open:
                wire.ask(request, seconds, done)
                return
        self._loop = asyncio.get_running_loop()
        opening = self._loop.create_task(self._ask_anew(request, seconds, done))
        self._opening.add(opening)  # the loop itself keeps no task alive
        opening.add_done_callback(self._opening.discard)

    def give_back(self, wire: Wire) -> None:
        """Take one back that has its answer."""
        if self._closed:
            wire.close()
        else:
            self._idle.append(wire)

    def close(self) -> None:
        """Close what is idle now, and what is in use when it comes back; from whatever thread."""
        self._closed = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and they with it
                self._loop.call_soon_threadsafe(self._close_idle)

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def _ask_anew(self, request: bytes, seconds: float, done: Done) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(seconds):
                _, wire = await loop.create_connection(lambda: Wire(self), *self._address)
        except OSError as error:  # a TimeoutError is one too
            done(error)
            return
        wire.ask(request, seconds - (loop.time() - started), done)
