"""Answers of a model server by call back: whole ones, and those that never become whole."""

import asyncio
import socket
from collections.abc import Callable

import pytest
import uvloop

from tests.unit.local.express.model import ANSWER, HOST, Model, model
from trainwright_local.sagemaker.endpoints.wires import Answer, Wires

REQUEST = b"POST /invocations HTTP/1.1\r\nContent-Length: 1\r\n\r\n1"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=1\r\nk\r\n0\r\n\r\n"


async def ask(wires: Wires, seconds: float = 30) -> Answer | Exception:
    told: asyncio.Future[Answer | Exception] = asyncio.get_running_loop().create_future()
    wires.ask(REQUEST, seconds, told.set_result)
    return await asyncio.wait_for(told, 60)


type Loops = Callable[[], asyncio.AbstractEventLoop]


def asked(
    port: int, times: int = 1, *, seconds: float = 30, loops: Loops = asyncio.new_event_loop
) -> list[Answer | Exception]:
    """Ask so often, one after the other."""

    async def run() -> list[Answer | Exception]:
        wires = Wires(HOST, port)
        answers = [await ask(wires, seconds) for _ in range(times)]
        wires.close()
        await asyncio.sleep(0.01)
        return answers

    with asyncio.Runner(loop_factory=loops) as runner:
        return runner.run(run())


@pytest.mark.parametrize("loops", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_one_connection_carries_request_after_request(loops: Loops) -> None:
    with model() as server:
        answers = asked(server.port, 5, loops=loops)

    headers = {b"content-type": b"text/plain", b"content-length": b"2"}
    assert answers == [Answer(200, headers, b"ok")] * 5
    assert (server.connections, server.requests) == (1, [REQUEST] * 5)


@pytest.mark.parametrize(
    ("answer", "closes"),
    [
        (CHUNKED, False),
        (b"HTTP/1.1 200 OK\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 100 Continue\r\nLater: x\r\n\r\n" + ANSWER, False),
    ],
)
def test_an_answer_ends_as_http_lets_it_end(answer: bytes, closes: bool) -> None:
    with model(answer, closes=closes) as server:
        answers = asked(server.port, 3)

    assert [a.body if isinstance(a, Answer) else a for a in answers] == [b"ok"] * 3
    assert server.connections == (3 if closes else 1)
    assert not any(b"later" in a.headers for a in answers if isinstance(a, Answer))


@pytest.mark.parametrize("answer", [CHUNKED[:-9], ANSWER[:-1], ANSWER[:30], b"", b"SMTP\r\n\r\n"])
def test_an_answer_that_is_not_whole_is_an_error(answer: bytes) -> None:
    with model(answer, closes=True) as server:
        (told,) = asked(server.port)

    assert isinstance(told, ConnectionError)


def test_no_answer_in_time_is_a_time_out_and_the_end_of_the_connection() -> None:
    with model(b"") as server:
        (told,) = asked(server.port, seconds=0.05)

        assert isinstance(told, TimeoutError)
        assert server.gone.acquire(timeout=30)


def test_nobody_there_is_a_connection_error() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]

    (told,) = asked(port)

    assert isinstance(told, ConnectionError)


def test_a_connection_on_which_more_comes_than_was_asked_for_is_not_used_again() -> None:
    async def twice(server: Model) -> list[Answer | Exception]:
        wires = Wires(HOST, server.port)
        first = await ask(wires)
        server.answer = ANSWER
        await asyncio.to_thread(server.gone.acquire, timeout=30)
        answers = [first, await ask(wires)]
        wires.close()
        await asyncio.sleep(0.01)
        return answers

    with model(ANSWER) as server:
        server.answer = ANSWER + b"HTTP/1.1 200 OK\r\n"
        answers = asyncio.run(twice(server))

    assert [a.body if isinstance(a, Answer) else a for a in answers] == [b"ok"] * 2
    assert server.connections == 2


def test_what_is_in_use_while_the_rest_is_closed_is_closed_when_it_comes_back() -> None:
    async def one(server: Model) -> None:
        wires = Wires(HOST, server.port)
        await ask(wires)
        asking = asyncio.create_task(ask(wires))
        await asyncio.sleep(0)  # it has begun
        wires.close()
        assert isinstance(await asking, Answer)
        assert await asyncio.to_thread(server.gone.acquire, timeout=30)

    with model() as server:
        asyncio.run(one(server))
