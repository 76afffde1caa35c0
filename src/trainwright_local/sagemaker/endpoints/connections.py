"""Kept-alive connections to one model server, handed out and taken back."""

import http.client
import select
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What a model server answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Connections:
    """As many connections as are needed at once; one used last is used next."""

    def __init__(self, port: int, timeout: float) -> None:
        self._port = port
        self._timeout = timeout
        self._idle: deque[http.client.HTTPConnection] = deque()
        self._closed = False

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and wait for its answer.

        Raises TimeoutError, and ConnectionError or HTTPException when nobody answers as agreed.
        """
        connection = self._take()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        if self._closed:
            self.close()
        return answer

    def close(self) -> None:
        """Close what is idle now, and what is in use when it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> http.client.HTTPConnection:
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not _is_ended(connection):
                    return connection
                connection.close()
        return http.client.HTTPConnection(HOST, self._port, timeout=self._timeout)


def _is_ended(connection: http.client.HTTPConnection) -> bool:
    """Whether the server has closed an idle *connection*: there is something to read, its end."""
    if connection.sock is None:
        return False  # it opens itself again
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))
