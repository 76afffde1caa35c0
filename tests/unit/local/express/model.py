"""A model server that answers with given bytes, whatever it is asked."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Model:
    """Answers one request after the other, and remembers them."""

    def __init__(self, answer: bytes = ANSWER, *, closes: bool = False) -> None:
        self.answer = answer
        self.closes = closes
        """Whether it ends the connection after an answer."""
        self.go = threading.Event()
        """Without it no answer is sent."""
        self.go.set()
        self.requests: list[bytes] = []
        self.connections = 0
        self.gone = threading.Semaphore(0)
        self._listener = socket.create_server((HOST, 0))
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
            while request := _request(connection):
                self.requests.append(request)
                self.go.wait()
                connection.sendall(self.answer)
                if self.closes:
                    break
        self.gone.release()


@contextmanager
def model(answer: bytes = ANSWER, *, closes: bool = False) -> Iterator[Model]:
    """Run a model until the end of the block."""
    running = Model(answer, closes=closes)
    try:
        yield running
    finally:
        running.go.set()
        running.close()


def _request(connection: socket.socket) -> bytes:
    received = b""
    while True:
        head, end, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            return received
        try:
            part = connection.recv(65536)
        except ConnectionError:
            return b""
        if not part:
            return b""
        received += part
