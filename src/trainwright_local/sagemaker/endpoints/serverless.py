"""The instance of a serverless variant: there when it is asked, gone when it is idle.

One process stands for all the concurrency a variant may have: what AWS would start more
environments for waits in that process's queue. Memory is not limited.
"""

import asyncio
import threading

from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.errors import DeploymentError, ThrottledError
from trainwright_local.sagemaker.endpoints.hosts import Answering, Host
from trainwright_local.sagemaker.endpoints.instances import Instance
from trainwright_local.sagemaker.endpoints.sites import Site
from trainwright_local.sagemaker.store import Record


class ServerlessInstance(Instance):
    """Takes *most* requests at once; its process ends *idle_seconds* after the last one."""

    def __init__(
        self, group: str, target: str, variant: Record, most: int, idle_seconds: float
    ) -> None:
        super().__init__(group, target, variant, 1)
        self.most = most
        self._idle_seconds = idle_seconds
        self._waking = threading.Lock()
        self._timer: threading.Timer | None = None
        self._how: tuple[list[Site], str, int, float] | None = None

    @property
    def is_up(self) -> bool:
        """Whether it could answer, for which it may have to be started first."""
        return not self._stopped

    @property
    def is_asleep(self) -> bool:
        """Whether it has no process."""
        return self._host is None

    def start(self, sites: list[Site], mode: str, most_models: int, patience: float) -> None:
        """Become healthy for the first time; raises DeploymentError."""
        self._how = (sites, mode, most_models, patience)
        super().start(*self._how)
        self._sleep_later()

    def enter(self) -> None:
        """Count a request in; raises ThrottledError when there are as many as there may be."""
        with self._idle:
            if self.inside >= self.most:
                raise ThrottledError
            self.inside += 1

    def leave(self) -> None:
        """Count a request out; the last one begins the time after which it sleeps."""
        super().leave()
        if not self.inside:
            self._sleep_later()

    async def open(self, call: Call) -> Answering:
        """Begin to answer, once it is awake."""
        host = self._host
        if host is None:
            host = await asyncio.to_thread(self._wake)
        return await host.open(call)

    def stop(self, grace: float) -> None:
        """End for good."""
        if self._timer is not None:
            self._timer.cancel()
        super().stop(grace)

    def _wake(self) -> Host:
        with self._waking:
            if self._host is None:
                assert self._how is not None
                super().start(*self._how)
            if self._host is None:
                raise DeploymentError("The variant was ended.")
            return self._host

    def _sleep_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_seconds, self._sleep)
        self._timer.daemon = True
        self._timer.start()

    def _sleep(self) -> None:
        with self._waking:
            with self._idle:
                if self.inside or self._stopped:
                    return
                host, self._host = self._host, None
            if host is not None:
                host.stop(0)
            self._end_lines()
