"""Kept-alive connections: reused, and replaced when the server has closed them."""

import socket
import threading
from collections.abc import Iterator

import pytest

from trainwright_local.sagemaker.endpoints.connections import Connections

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers *most* requests on a connection, then closes it without a word."""

    def __init__(self, most: int) -> None:
        self.connections = 0
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
            with connection:
                for _ in range(self._most):
                    if not connection.recv(65536):
                        break
                    connection.sendall(ANSWER)
            self.closed.release()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    server = Server(request.param)
    yield server
    server.close()


@pytest.mark.parametrize("server", [100], indirect=True)
def test_one_connection_carries_request_after_request(server: Server) -> None:
    connections = Connections(server.port, timeout=30)

    bodies = [connections.request("GET", "/").body for _ in range(5)]
    connections.close()

    assert bodies == [b"ok"] * 5
    assert server.connections == 1


@pytest.mark.parametrize("server", [1], indirect=True)
def test_a_connection_that_the_server_closed_is_not_used(server: Server) -> None:
    connections = Connections(server.port, timeout=30)

    for _ in range(3):
        assert connections.request("GET", "/").body == b"ok"
        server.closed.acquire()
    connections.close()

    assert server.connections == 3


@pytest.mark.parametrize("server", [100], indirect=True)
def test_what_is_in_use_while_the_rest_is_closed_is_closed_when_it_comes_back(
    server: Server,
) -> None:
    connections = Connections(server.port, timeout=30)
    connections.close()

    connections.request("GET", "/")

    assert server.closed.acquire(timeout=30)


def test_nobody_there_is_a_connection_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ConnectionError):
        Connections(port, timeout=30).request("GET", "/")
