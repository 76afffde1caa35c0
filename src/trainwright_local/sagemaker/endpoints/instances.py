"""One instance of a variant: what runs the model on it, and the requests inside."""

import hashlib
import threading
import time
from collections.abc import Callable

from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.hosts import (
    Answering,
    Choice,
    ContainerHost,
    Host,
    Line,
    Pipeline,
)
from trainwright_local.sagemaker.endpoints.multi_model import MultiModelHost
from trainwright_local.sagemaker.endpoints.sites import Site
from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.output import LineBatches
from trainwright_local.sagemaker.store import Record

DRAIN_SECONDS = 60.0


class Instance:
    """An instance number *number*; `start` it, `enter`, `open` and `leave` it, `retire` it."""

    def __init__(self, group: str, target: str, variant: Record, number: int) -> None:
        identity = f"{target}/{variant['VariantName']}/{number}"
        self._stream = (
            f"{variant['VariantName']}/i-{hashlib.sha256(identity.encode()).hexdigest()[:17]}"
        )
        self._group = group
        self._batches: list[LineBatches] = []
        self._host: Host | None = None
        self._idle = threading.Condition()
        self.inside = 0
        self._stopped = False

    @property
    def is_up(self) -> bool:
        """Whether it could answer now."""
        return self._host is not None and self._host.is_up

    @property
    def line(self) -> Line | None:
        """The short way to what answers alone on it, if there is one at the moment."""
        host = self._host
        return None if host is None else host.line

    def start(self, sites: list[Site], mode: str, most_models: int, patience: float) -> None:
        """Become healthy; raises DeploymentError."""
        several = len(sites) > 1
        hosts: list[tuple[str, Host]] = [
            (site.container.name, self._host_of(site, most_models, several)) for site in sites
        ]
        together = Choice(hosts) if mode == "Direct" else Pipeline(hosts)
        self._host = together if several else hosts[0][1]
        if self._stopped:
            raise DeploymentError("The local cloud is being stopped.")
        self._host.start(patience)

    def enter(self) -> None:
        """Count a request in."""
        with self._idle:
            self.inside += 1

    def leave(self) -> None:
        """Count a request out."""
        with self._idle:
            self.inside -= 1
            self._idle.notify_all()

    async def open(self, call: Call) -> Answering:
        """Begin to answer."""
        assert self._host is not None
        return await self._host.open(call)

    def retire(self, grace: float) -> None:
        """Wait for the requests inside, then stop; nobody may enter any more."""
        deadline = time.monotonic() + DRAIN_SECONDS
        with self._idle:
            while self.inside and not self._stopped and time.monotonic() < deadline:
                self._idle.wait(deadline - time.monotonic())
        self.stop(grace)

    def stop(self, grace: float) -> None:
        """End its processes, and write the last of their lines."""
        with self._idle:
            self._stopped = True
            self._idle.notify_all()
        if self._host is not None:
            self._host.stop(grace)
        self._end_lines()

    def _end_lines(self) -> None:
        while self._batches:
            self._batches.pop().close()

    def _host_of(self, site: Site, most_models: int, several: bool) -> Host:
        name = f"{self._stream}/{site.container.name}" if several else self._stream
        on_line = self._lines(site, name)
        if site.container.multi_model:
            return MultiModelHost(site, on_line, most_models)
        return ContainerHost(site, on_line)

    def _lines(self, site: Site, stream: str) -> Callable[[str], None]:
        batches = LineBatches(LogStream(site.role.logs, self._group, stream).send)
        self._batches.append(batches)
        return batches.write
