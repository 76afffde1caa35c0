"""MiniStack's state on disk while it runs, so that a killed cloud comes back as it was.

MiniStack itself writes what it holds in memory when it stops in good order only. The whole state is
written each time: some 30 ms on a thread of its own, and only after requests that may change it.
"""

import asyncio
import logging

from hypercorn.typing import Scope
from ministack import app as ministack
from ministack.core.persistence import save_all

INTERVAL_SECONDS = 3.0


class Snapshots:
    """Notices requests, and saves the state now and then if there were any."""

    def __init__(self) -> None:
        self._changed = False
        # A line for each of ninety services, each time, would bury the rest of the log.
        logging.getLogger("persistence").setLevel(logging.WARNING)

    def notice(self, scope: Scope) -> None:
        """Take note of a request that may change something."""
        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD"}:
            self._changed = True

    async def run(self) -> None:
        """Save until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            if self._changed:
                self._changed = False
                services = ministack._build_persistence_save_dict()  # noqa: SLF001
                await asyncio.to_thread(save_all, services)
