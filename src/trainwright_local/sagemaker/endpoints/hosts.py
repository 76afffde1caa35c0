"""What runs a model on one instance: one container, several in a row, several to choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.connections import Reply
from trainwright_local.sagemaker.endpoints.errors import NotServedError, UnhealthyError
from trainwright_local.sagemaker.endpoints.server import ModelServer
from trainwright_local.sagemaker.endpoints.sites import Site
from trainwright_local.sagemaker.endpoints.wires import Wires
from trainwright_local.sagemaker.processes import OnLine

SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Answering:
    """An answer that has begun, and the container that gives it."""

    reply: Reply
    container: str
    release: Callable[[], None] = lambda: None
    """To be called when the answer has been read: what gives it may be ended then."""


@dataclass(frozen=True, slots=True)
class Line:
    """The short way to a container that answers alone."""

    wires: Wires
    container: str


class Host(Protocol):
    """Runs a model: `start` it, `open` answers of it, `stop` it."""

    @property
    def line(self) -> Line | None:
        """The short way, if there is one at the moment."""

    @property
    def is_up(self) -> bool:
        """Whether it could answer now."""

    def start(self, patience: float) -> None:
        """Start and become healthy within *patience* seconds; raises DeploymentError."""

    async def open(self, call: Call) -> Answering:
        """Begin to answer; raises TimeoutError, ServerGoneError, NotServedError."""

    def stop(self, grace: float) -> None:
        """End all it started; what has not ended after *grace* seconds is killed."""


class ContainerHost:
    """One container."""

    def __init__(self, site: Site, on_line: OnLine) -> None:
        self._site = site
        self._on_line = on_line
        self._server: ModelServer | None = None
        self._stopped = False

    @property
    def is_up(self) -> bool:
        """Whether its server is healthy."""
        return self._server is not None and self._server.is_up

    @property
    def line(self) -> Line | None:
        """The short way to its server, while that is up."""
        wires = self._server.wires if self._server is not None else None
        return None if wires is None else Line(wires, self._site.container.name)

    def start(self, patience: float) -> None:
        """Prepare its model, start its server and wait for it."""
        server = self._site.server(self._on_line)
        self._server = server
        if self._stopped or not server.start(patience):
            raise UnhealthyError(self._site.container.name)

    async def open(self, call: Call) -> Answering:
        """Let the server answer."""
        name = self._site.container.name
        if call.model is not None:
            raise NotServedError("Request target model is supported only for a multi-model.")
        if call.container not in (None, name):
            raise NotServedError("Target container hostname is supported only in Direct mode.")
        assert self._server is not None
        reply = await self._server.open(
            "POST", "/invocations", call.body, call.headers, call.seconds
        )
        return Answering(reply, name)

    async def get(self, path: str, seconds: float) -> Reply:
        """Ask the server for what it says at *path*."""
        assert self._server is not None
        return await self._server.open("GET", path, b"", {}, seconds)

    def stop(self, grace: float) -> None:
        """End its server, now or when it is there."""
        self._stopped = True
        if self._server is not None:
            self._server.stop(grace)


@dataclass
class Several:
    """Several containers, all of which have to be healthy."""

    hosts: Sequence[tuple[str, Host]]
    line: Line | None = None

    @property
    def is_up(self) -> bool:
        """Whether all are."""
        return all(host.is_up for _, host in self.hosts)

    def start(self, patience: float) -> None:
        """Start one after the other, as their order may matter to them."""
        for _, host in self.hosts:
            host.start(patience)

    def stop(self, grace: float) -> None:
        """End all."""
        for _, host in self.hosts:
            host.stop(grace)


class Pipeline(Several):
    """Containers in a row: what one answers is what the next is asked."""

    async def open(self, call: Call) -> Answering:
        """Let one after the other answer; an error is the last word."""
        if call.container is not None:
            raise NotServedError("Target container hostname is supported only in Direct mode.")
        *first, (_, last) = self.hosts
        for _, host in first:
            answering = await host.open(call)
            if answering.reply.status not in SUCCESS:
                return answering
            body = await answering.reply.read()
            answering.release()
            call = call.followed_by(body, answering.reply.headers.get("content-type"))
        return await last.open(call)


class Choice(Several):
    """Containers of which each request names one."""

    async def open(self, call: Call) -> Answering:
        """Let the container named answer."""
        if call.container is None:
            raise NotServedError(
                "Target container hostname is required to invoke an endpoint in Direct mode."
            )
        host = dict(self.hosts).get(call.container)
        if host is None:
            raise NotServedError(f"There is no container with hostname {call.container}.")
        return await host.open(call)
