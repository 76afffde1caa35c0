"""Kept-alive connections to one model server, whose answers may come in chunks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from trainwright_local.sagemaker.endpoints.wires import Wires

HOST = "127.0.0.1"
LONGEST_HEAD = 1024 * 1024
PIECE = 64 * 1024


type Body = bytes | Callable[[], Iterable[bytes]]
"""What is sent: at once with its length, or in chunks as they are made."""


class BadAnswerError(ConnectionError):
    """What came is not HTTP, or ended before it was whole."""


@dataclass
class Connection:
    """A connection, of the event loop in which it was made and no other."""

    loop: asyncio.AbstractEventLoop
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it meanwhile."""
        return not (self.reader.at_eof() or self.writer.is_closing())

    def close(self) -> None:
        """Close it from whatever thread."""
        with suppress(RuntimeError):  # its loop has ended, and it with that
            self.loop.call_soon_threadsafe(_abort, self.writer)


@dataclass
class Reply:
    """An answer whose head is there and whose body is still to be read: read it or close it."""

    status: int
    headers: Mapping[str, str]
    """Names are lower case."""
    _connection: Connection
    _pool: "Connections"
    _deadline: float

    async def read(self) -> bytes:
        """Return the whole body."""
        length = self.headers.get("content-length")
        if length is None:
            return b"".join([chunk async for chunk in self.chunks()])
        try:
            async with asyncio.timeout_at(self._deadline):
                body = await self._connection.reader.readexactly(int(length))
        except BaseException as error:
            self.close()
            raise _understood(error) from error
        self._pool.give_back(self._connection)
        return body

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes."""
        if "content-length" in self.headers:  # the connection stays open after it
            yield await self.read()
            return
        reader, whole = self._connection.reader, False
        try:
            while piece := await self._piece(reader):
                yield piece
            whole = "transfer-encoding" in self.headers
        except (ConnectionError, asyncio.IncompleteReadError, ValueError) as error:
            raise BadAnswerError("The answer ended before it was whole.") from error
        finally:
            if whole:
                self._pool.give_back(self._connection)
            else:
                self.close()

    async def _piece(self, reader: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout_at(self._deadline):
            if "transfer-encoding" not in self.headers:
                return await reader.read(PIECE)  # to the end of the connection
            size = int((await reader.readline()).partition(b";")[0], 16)
            return (await reader.readexactly(size + 2))[:-2]

    def close(self) -> None:
        """Give up on the rest of the answer, and with it on the connection."""
        self._connection.close()


@dataclass
class Connections:
    """As many connections as are needed at once; one used last is used next."""

    port: int
    wires: Wires = field(init=False)
    """The short way to the same server."""
    _idle: deque[Connection] = field(default_factory=deque)
    _closed: bool = False

    def __post_init__(self) -> None:
        self.wires = Wires(HOST, self.port)

    async def open(
        self, method: str, path: str, body: Body, headers: Mapping[str, str], seconds: float
    ) -> Reply:
        """Send a request and wait for the head of its answer, at most *seconds* with the body.

        Raises TimeoutError, and ConnectionError when nobody answers as agreed.
        """
        chunked = "Transfer-Encoding: chunked"
        length = f"Content-Length: {len(body)}" if isinstance(body, bytes) else chunked
        head = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", length]
        head += [f"{name}: {value}" for name, value in headers.items()]
        began = "\r\n".join([*head, "", ""]).encode("latin-1")
        deadline = asyncio.get_running_loop().time() + seconds
        connection: Connection | None = None
        try:
            async with asyncio.timeout_at(deadline):
                connection = await self._take()
                await _send(connection.writer, began, body)
                received = await connection.reader.readuntil(b"\r\n\r\n")
            status, names = _head(received)
        except BaseException as error:
            if connection is not None:
                connection.close()
            raise _understood(error) from error
        return Reply(status, names, connection, self, deadline)

    def give_back(self, connection: Connection) -> None:
        """Take a connection back whose answer has been read."""
        self._idle.append(connection)
        if self._closed:
            self.close()

    def close(self) -> None:
        """Close what is idle now, and what is in use when it comes back."""
        self._closed = True
        self.wires.close()
        while self._idle:
            self._idle.pop().close()

    async def _take(self) -> Connection:
        loop = asyncio.get_running_loop()
        for _ in range(len(self._idle)):
            with suppress(IndexError):
                connection = self._idle.pop()
                if connection.loop is not loop:
                    self._idle.appendleft(connection)
                elif connection.is_open:
                    return connection
                else:
                    connection.close()
        streams = await asyncio.open_connection(HOST, self.port, limit=LONGEST_HEAD)
        return Connection(loop, *streams)


def _abort(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, head: bytes, body: Body) -> None:
    if isinstance(body, bytes):
        writer.write(head + body)
        await writer.drain()
        return
    writer.write(head)
    for chunk in body():
        writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


def _head(text: bytes) -> tuple[int, dict[str, str]]:
    status, *lines = text[:-4].decode("latin-1").split("\r\n")
    try:
        pairs = [line.split(":", 1) for line in lines]
        return int(status.split(" ", 2)[1]), {n.strip().lower(): v.strip() for n, v in pairs}
    except (ValueError, IndexError) as error:
        raise BadAnswerError(f"This is no answer in HTTP: {status[:80]}") from error


def _understood(error: BaseException) -> BaseException:
    """Return what an error of a connection means to callers."""
    if isinstance(error, (asyncio.IncompleteReadError, asyncio.LimitOverrunError)):
        return BadAnswerError("The answer ended before it was whole.")
    return error
