"""A load of requests, as one process on kept connections makes it: no client library is measured.

Every connection sends the same bytes again as soon as it has its answer. One that a server closes
between two answers is opened again, which counts as part of the next answer's time.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from statistics import quantiles

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


class LoadError(Exception):
    """A request was not answered well, so that there is nothing to measure."""


@dataclass(frozen=True)
class Target:
    """Where the same request is sent again and again."""

    port: int
    request: bytes


@dataclass(frozen=True)
class Measured:
    """What a load of some seconds has shown; times in seconds."""

    per_second: float
    median: float
    slow: float
    """What 99 of 100 answers do not exceed."""


def request(path: str, body: bytes, headers: dict[str, str], port: int) -> bytes:
    """Write a POST of JSON."""
    fields = {
        "Host": f"127.0.0.1:{port}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        **headers,
        "Content-Length": str(len(body)),
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + _END + body


def load(target: Target, connections: int, seconds: float) -> Measured:
    """Keep so many *connections* busy for so many *seconds*."""
    return asyncio.run(_load(target, connections, seconds))


async def _load(target: Target, connections: int, seconds: float) -> Measured:
    opened = [await _open(target) for _ in range(connections)]
    started = time.perf_counter()
    times = await asyncio.gather(*(one.repeat(started + seconds) for one in opened))
    taken = time.perf_counter() - started
    for one in opened:
        one.close()
    every = [each for some in times for each in some]
    hundredths = quantiles(every, n=100)
    return Measured(len(every) / taken, hundredths[49], hundredths[98])


async def _open(target: Target) -> "_Connection":
    opened = _Connection(target)
    await opened.connect()
    return opened


class _Connection(asyncio.Protocol):
    """One kept connection: sends the request, and takes the time until its answer is whole."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._answer = b""
        self._until = 0.0
        self._sent = 0.0
        self._times: list[float] = []
        self._transport: asyncio.Transport
        self._done: asyncio.Future[list[float]]
        self._opening: asyncio.Task[None]

    async def connect(self) -> None:
        """Open it, or open it again."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self._target.port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._sent:
            transport.write(self._target.request)

    def repeat(self, until: float) -> "asyncio.Future[list[float]]":
        """Ask again and again until that time; give what each answer took."""
        self._until = until
        self._done = asyncio.get_running_loop().create_future()
        self._ask()
        return self._done

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not is_whole(self._answer):
            return
        now = time.perf_counter()
        if not self._answer.startswith(b"HTTP/1.1 200"):
            self._done.set_exception(LoadError(self._answer.decode(errors="replace")))
            return
        self._times.append(now - self._sent)
        if now < self._until:
            self._ask()
        else:
            self._done.set_result(self._times)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done.done():
            return
        if exc or self._answer:
            self._done.set_exception(LoadError(f"a connection broke: {exc or self._answer!r}"))
        else:
            self._opening = asyncio.get_running_loop().create_task(self.connect())

    def close(self) -> None:
        """End it."""
        self._transport.close()

    def _ask(self) -> None:
        self._answer = b""
        self._sent = time.perf_counter()
        self._transport.write(self._target.request)


def is_whole(answer: bytes) -> bool:
    """Say whether an answer has come to its end."""
    head, end, body = answer.partition(_END)
    if not end:
        return False
    length = _LENGTH.search(head)
    return len(body) >= int(length[1]) if length else body.endswith(_LAST_CHUNK)
