"""A second address of the cloud, for containers that do not share this machine's loopback."""

import socket
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import override
from urllib.parse import urlsplit

PIECE = 64 * 1024


class Relay:
    """Hands on connections to *url* that come in at *address*, of which only containers know."""

    def __init__(self, address: str, url: str) -> None:
        self._target = urlsplit(url)
        self._server = _Server((address, 0), _Handler)
        self._server.target = (self._target.hostname or address, self._target.port or 80)
        threading.Thread(target=self._server.serve_forever, name="relay", daemon=True).start()

    @property
    def url(self) -> str:
        """What *url* is for those who come in here."""
        host, port = self._server.server_address[:2]
        return self._target._replace(netloc=f"{host!s}:{port}").geturl()

    def close(self) -> None:
        """Take no connection any more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    target = ("", 0)


class _Handler(BaseRequestHandler):
    server: _Server

    @override
    def handle(self) -> None:
        with socket.create_connection(self.server.target) as cloud:
            back = threading.Thread(target=_pump, args=(cloud, self.request), daemon=True)
            back.start()
            _pump(self.request, cloud)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on everything, and then that there is no more; whoever breaks off ends it."""
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
