"""The HTTP server's protocol, with the short way before its own."""

from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from trainwright_local.sagemaker.express.requests import START, IncompleteError, read
from trainwright_local.sagemaker.express.ride import Express
from trainwright_local.sagemaker.parts import Service

LOOPBACK = "127.0.0.1"


class ExpressProtocol(HttpToolsProtocol):
    """Answers plain invocations itself; everything else goes to uvicorn's, byte by byte."""

    express: ClassVar[Express]

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(**settings)
        self._held = b""
        self._answering = self._inside = self._leaving = False

    def data_received(self, data: bytes) -> None:
        """Take what came; while an answer is on its way, only hold it."""
        if self._held:
            data, self._held = self._held + data, b""
        if self._answering:
            self._held = data
            self.flow.pause_reading()
        elif not self._takes(data):
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was held."""
        self._held = b""
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection, after the answer that is on its way."""
        if self._answering:
            self._leaving = True
        else:
            super().shutdown()

    def on_message_begin(self) -> None:
        """Take note that what comes belongs to a request that uvicorn has begun to read."""
        self._inside = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Take note of its end."""
        self._inside = False
        super().on_message_complete()

    def _takes(self, data: bytes) -> bool:
        """Whether *data* is for the short way, on which it is then, or is held for the rest."""
        idle = not self._inside and (self.cycle is None or self.cycle.response_complete)
        if not (idle and (data.startswith(START) or START.startswith(data))):
            return False
        try:
            request = read(data)
        except IncompleteError:
            self._unset_keepalive_if_required()
            self._held = data
            return True
        client = self.client[0] if self.client else LOOPBACK
        if request is None or not self.express.take(request, client, self._tell):
            return False
        self._unset_keepalive_if_required()
        self._answering = True
        return True

    def _tell(self, response: bytes) -> None:
        self._answering = False
        self.transport.write(response)
        if self._leaving:
            self.transport.close()
            return
        self.on_response_complete()
        if self._held:
            held, self._held = self._held, b""
            self.data_received(held)


def protocol_of(service: Service) -> type[ExpressProtocol]:
    """Return the class whose instances answer for *service*, which uvicorn makes."""

    class Protocol(ExpressProtocol):
        express = Express(service)

    return Protocol
