"""One model server: started, watched, and started again when it dies or hangs."""

import http.client
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress

from trainwright_local.sagemaker.endpoints.connections import HOST, Body, Connections, Reply
from trainwright_local.sagemaker.endpoints.errors import ServerGoneError
from trainwright_local.sagemaker.endpoints.programs import Program
from trainwright_local.sagemaker.endpoints.wires import Wires
from trainwright_local.sagemaker.processes import OnLine, Process

PING_SECONDS = 2.0
PING_PAUSE = 0.05
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
LOOK_SECONDS, SILENCE_SECONDS = 10.0, 60.0
"""Between pings of a healthy server; and the time without an answer after which it is replaced."""
STEADY_SECONDS = 60.0
"""After a server that lived this long the pauses begin anew."""


class ModelServer:
    """A model server that is a *program*; `start` it, `open` answers of it, `stop` it."""

    def __init__(self, program: Program, on_line: OnLine) -> None:
        self._program = program
        self._on_line = on_line
        self._stopping = threading.Event()
        self._process: Process | None = None
        self._connections: Connections | None = None
        self._longest = 0.0
        """What a request since the last answered ping may take: a server may do one at a time."""

    def start(self, patience: float) -> bool:
        """Start it and wait up to *patience* seconds until it is healthy; whether it became so."""
        deadline = time.monotonic() + patience
        healthy = self._run_until_healthy(deadline)
        if healthy:
            for work in (self._watch, self._look_after):
                threading.Thread(target=work, name="model-server", daemon=True).start()
        return healthy

    @property
    def is_up(self) -> bool:
        """Whether it runs, and is healthy as far as is known."""
        return self._connections is not None

    @property
    def wires(self) -> Wires | None:
        """The short way to it, while it is up."""
        connections = self._connections
        return None if connections is None else connections.wires

    async def open(
        self, method: str, path: str, body: Body, headers: Mapping[str, str], seconds: float
    ) -> Reply:
        """Send a request and return its answer; raises TimeoutError and ServerGoneError."""
        connections = self._connections
        if connections is None:
            raise ServerGoneError("The model server is being started again.")
        self._longest = max(self._longest, seconds)
        try:
            return await connections.open(method, path, body, headers, seconds)
        except ConnectionError as error:
            raise ServerGoneError("The model server has died.") from error

    def stop(self, grace: float) -> None:
        """Let it end, and kill what has not ended after *grace* seconds."""
        self._stopping.set()
        process, self._process = self._process, None
        if process is not None:
            process.terminate(grace)
            self._program.clear()
        self._disconnect()

    def _disconnect(self) -> None:
        connections, self._connections = self._connections, None
        if connections is not None:
            connections.close()

    def _run_until_healthy(self, deadline: float) -> bool:
        while not self._stopping.is_set():
            port = _free_port()
            self._process = process = self._program.spawn(port, self._on_line)
            if self._becomes_healthy(process, port, deadline):
                self._connections = Connections(port)
                return True
            code = process.kill()
            self._program.clear()
            if not self._program.lost_its_port(code):
                break
        return False

    def _becomes_healthy(self, process: Process, port: int, deadline: float) -> bool:
        while time.monotonic() < deadline and process.poll() is None:
            if self._stopping.wait(PING_PAUSE):
                return False
            if self._answers(port):
                return True
        return False

    def _answers(self, port: int) -> bool:
        """Whether our server, and not another that took the port, answers there."""
        connection = http.client.HTTPConnection(HOST, port, timeout=PING_SECONDS)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/ping")
            answer = connection.getresponse()
            return answer.status == http.client.OK and self._program.knows(answer.headers)
        return False

    def _look_after(self) -> None:
        """End a server that lives and says nothing for too long: `_watch` starts another."""
        answered = time.monotonic()
        while not self._stopping.wait(LOOK_SECONDS):
            process, connections = self._process, self._connections
            if process is None or connections is None or self._answers(connections.port):
                answered, self._longest = time.monotonic(), 0.0
            elif time.monotonic() - answered > max(SILENCE_SECONDS, self._longest):
                self._on_line("The model server no longer answers to /ping: it is killed.")
                process.kill()

    def _watch(self) -> None:
        """Start the server again whenever it dies, ever more slowly while it does not live long."""
        pause = FIRST_PAUSE
        while (process := self._process) is not None:
            born = time.monotonic()
            code = process.wait()
            self._disconnect()
            self._program.clear()
            if self._stopping.is_set():
                return
            if time.monotonic() - born > STEADY_SECONDS:
                pause = FIRST_PAUSE
            else:
                pause = min(2 * pause, LONGEST_PAUSE)
            self._on_line(f"The model server ended with exit code {code}; it is started again.")
            while not self._stopping.wait(pause) and not self._run_until_healthy(float("inf")):
                pause = min(2 * pause, LONGEST_PAUSE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
