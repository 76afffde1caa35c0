"""Kept-alive connections: reused, and replaced when the server has closed them."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from trainwright_local.sagemaker.endpoints.connections import BadAnswerError, Connections
from trainwright_local.sagemaker.endpoints.runtime import Runtime

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;x=1\r\nway\r\n0\r\n\r\n"
)


def run[T](work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(work())


class Server:
    """Answers *most* requests on a connection, then closes it without a word."""

    def __init__(self, most: int, answer: bytes = ANSWER) -> None:
        self.connections = 0
        self._answer = answer
        self.closed = threading.Semaphore(0)
        self._most = most
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer_on, args=(connection,), daemon=True).start()

    def _answer_on(self, connection: socket.socket) -> None:
        with connection:
            for _ in range(self._most):
                if not connection.recv(65536):
                    break
                connection.sendall(self._answer)
        self.closed.release()


@asynccontextmanager
async def connections_to(server: Server) -> AsyncIterator[Connections]:
    connections = Connections(server.port)
    yield connections
    connections.close()
    await asyncio.sleep(0.01)


async def get(connections: Connections) -> bytes:
    return await (await connections.open("GET", "/", b"", {}, 30)).read()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    server = Server(*request.param)
    yield server
    server.close()


@pytest.mark.parametrize("server", [(100,)], indirect=True)
def test_one_connection_carries_request_after_request(server: Server) -> None:
    async def five() -> list[bytes]:
        async with connections_to(server) as connections:
            return [await get(connections) for _ in range(5)]

    assert run(five) == [b"ok"] * 5
    assert server.connections == 1


@pytest.mark.parametrize("server", [(1,)], indirect=True)
def test_a_connection_that_the_server_closed_is_not_used(server: Server) -> None:
    async def three() -> list[bytes]:
        bodies = []
        async with connections_to(server) as connections:
            for _ in range(3):
                bodies.append(await get(connections))
                await asyncio.to_thread(server.closed.acquire)
                await asyncio.sleep(0.01)  # the end of the connection is still to be read
        return bodies

    assert run(three) == [b"ok"] * 3
    assert server.connections == 3


@pytest.mark.parametrize("server", [(100,)], indirect=True)
def test_what_is_in_use_while_the_rest_is_closed_is_closed_when_it_comes_back(
    server: Server,
) -> None:
    async def one() -> bool:
        connections = Connections(server.port)
        connections.close()
        await get(connections)
        return await asyncio.to_thread(server.closed.acquire, timeout=30)

    assert run(one)


@pytest.mark.parametrize("server", [(100,)], indirect=True)
def test_an_answer_that_says_its_length_is_one_chunk(server: Server) -> None:
    async def work() -> tuple[list[bytes], bytes]:
        async with connections_to(server) as connections:
            reply = await connections.open("GET", "/", b"", {}, 30)
            return [chunk async for chunk in reply.chunks()], await get(connections)

    assert run(work) == ([b"ok"], b"ok")
    assert server.connections == 1


@pytest.mark.parametrize("server", [(100, CHUNKED)], indirect=True)
def test_chunks_come_one_by_one_and_the_connection_is_kept(server: Server) -> None:
    async def twice() -> list[bytes]:
        async with connections_to(server) as connections:
            return [
                chunk
                for _ in range(2)
                async for chunk in (await connections.open("GET", "/", b"", {}, 30)).chunks()
            ]

    assert run(twice) == [b"ok", b"way"] * 2
    assert server.connections == 1


@pytest.mark.parametrize(
    "server",
    [(1, CHUNKED[:-9]), (1, ANSWER[:-1]), (1, ANSWER[:30]), (1, b"SMTP\r\n\r\n")],
    indirect=True,
)
def test_an_answer_that_is_not_whole_is_an_error(server: Server) -> None:
    async def once() -> None:
        async with connections_to(server) as connections:
            with pytest.raises(BadAnswerError):
                await get(connections)

    run(once)


@pytest.mark.parametrize("server", [(100, b"")], indirect=True)
def test_no_answer_in_time_is_a_time_out(server: Server) -> None:
    async def wait_shortly() -> None:
        async with connections_to(server) as connections:
            with pytest.raises(TimeoutError):
                await connections.open("GET", "/", b"", {}, 0.05)

    run(wait_shortly)


def test_a_connection_is_used_in_its_own_event_loop_only() -> None:
    server, runtime = Server(100), Runtime()
    connections = Connections(server.port)

    async def from_another() -> bytes:
        body = await get(connections)
        connections.close()
        await asyncio.sleep(0.01)
        return body

    assert runtime.run(get(connections)) == b"ok"
    assert runtime.run(get(connections)) == b"ok"
    assert run(from_another) == b"ok"
    assert server.connections == 2

    runtime.close()
    server.close()


def test_nobody_there_is_a_connection_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ConnectionError):
        run(lambda: get(Connections(port)))
