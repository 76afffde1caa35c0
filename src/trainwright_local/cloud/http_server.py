"""The cloud's HTTP server: uvicorn with a parser in C, on loopback.

MiniStack brings hypercorn, which parses in Python; that alone takes as long as the rest of an
invocation. The price is HTTP/2, which no SDK speaks without TLS.
"""

import socket
from asyncio import Protocol
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

type Application = Callable[[Any, Any, Any], Awaitable[None]]

HOST = "127.0.0.1"
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 75
STOP_SECONDS = 2


class HttpServer(uvicorn.Server):
    """Serves until `stop` is called, and tells when it has begun; leaves signals alone."""

    def __init__(
        self,
        application: Application,
        when_started: Callable[[], None] = lambda: None,
        protocol: type[Protocol] = HttpToolsProtocol,
    ) -> None:
        self._when_started = when_started
        super().__init__(
            uvicorn.Config(
                application,
                http=protocol,
                ws="wsproto",
                loop="none",
                lifespan="on",
                log_config=None,
                log_level="warning",
                access_log=False,
                # MiniStack has its own.
                server_header=False,
                date_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )

    async def run_on(self, port: int) -> None:
        """Serve on *port*; raises OSError when it is taken."""
        with listening(port) as listener:
            await self.serve(sockets=[listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self._when_started()

    def stop(self) -> None:
        """Take no request any more, and end shortly."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Hold *port* from now on."""
    # With the protocol named, asyncio sets TCP_NODELAY; without, each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        yield listener
