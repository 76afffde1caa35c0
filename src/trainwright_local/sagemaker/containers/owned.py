"""The containers of this cloud, of which none outlives it."""

import hashlib
import re
import threading
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from trainwright_local.sagemaker.containers.engine import (
    SLIRP_MACHINE,
    Engine,
    EngineError,
    Launch,
    engine,
)
from trainwright_local.sagemaker.containers.relay import Relay
from trainwright_local.sagemaker.parts import Service, part

LONGEST_NAME = 100
NOT_IN_A_NAME = re.compile(r"[^a-zA-Z0-9_.-]+")


@part
class Containers:
    """Names what is launched as this cloud's own, and removes what it has left behind."""

    def __init__(self, service: Service) -> None:
        self._mark: Path = service.config.state_dir / "containers"
        self._endpoint_url = service.config.endpoint_url
        self._lock = threading.Lock()
        self._relay: Relay | None = None

    def engine(self) -> Engine:
        """Return the machine's engine; raises EngineError."""
        present = engine()
        if present is None:
            raise EngineError("neither docker nor podman answers on this machine")
        return present

    def named(self, launch: Launch, what: str) -> Launch:
        """Return *launch* as one of this cloud, under a name of its own that begins with *what*."""
        self._mark.touch()
        name = f"{NOT_IN_A_NAME.sub('-', what)[:LONGEST_NAME]}-{uuid4().hex[:8]}"
        return replace(launch, name=f"trainwright-{name}", owner=self._owner())

    def endpoint_url(self, present: Engine) -> str:
        """Return the cloud's address for containers that have a network of their own."""
        machine = present.machine()
        if machine == SLIRP_MACHINE:
            return self._endpoint_url.replace("127.0.0.1", machine)
        with self._lock:
            if self._relay is None:
                self._relay = Relay(machine, self._endpoint_url)
            return self._relay.url

    def start(self) -> None:
        """Remove what an earlier life of the cloud has left running."""
        if self._mark.exists() and (present := engine()):
            present.remove_all_of(self._owner())

    def close(self) -> None:
        """Close the relay; each job and each endpoint removes its own containers."""
        with self._lock:
            if self._relay is not None:
                self._relay.close()

    def _owner(self) -> str:
        return "cloud-" + hashlib.sha256(str(self._mark.resolve()).encode()).hexdigest()[:12]
