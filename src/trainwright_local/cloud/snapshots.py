"""MiniStack's state on disk while it runs, so that a killed cloud comes back as it was.

MiniStack itself writes what it holds in memory when it stops in good order only. The whole state is
written each time: some 30 ms on a thread of its own, and only after requests that may change it.

Tables are written at once after a change, since programs keep there how far they are: what a table
forgot would be done twice. Where that takes long it is done twice a second.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine

from hypercorn.typing import HTTPScope, Scope
from ministack import app as ministack
from ministack.core.persistence import save_all, save_state
from ministack.services import dynamodb

INTERVAL_SECONDS = 3.0
TABLES_SECONDS = 0.02
TABLES_SHARE = 10
"""How many times as long as saving took nothing is saved afterwards, but for no more than ..."""
MAX_PAUSE_SECONDS = 0.5

_READING = ("Get", "BatchGet", "Query", "Scan", "Describe", "List", "TransactGet")


class Snapshots:
    """Notices requests that are done, and saves what they may have changed."""

    def __init__(self) -> None:
        self._all, self._tables = asyncio.Event(), asyncio.Event()
        # A line for each of ninety services, each time, would bury the rest of the log.
        logging.getLogger("persistence").setLevel(logging.WARNING)

    def notice(self, scope: Scope) -> None:
        """Take note of an answered request that may have changed something."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            return
        self._all.set()
        if changes_tables(scope):
            self._tables.set()

    async def run(self) -> None:
        """Save until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(_repeat(self._all, INTERVAL_SECONDS, self._save, share=0))
            both.create_task(_repeat(self._tables, TABLES_SECONDS, save_tables, TABLES_SHARE))

    async def _save(self) -> None:
        self._tables.set()  # a deployment makes tables without a request to DynamoDB
        services = ministack._build_persistence_save_dict()  # noqa: SLF001
        services.pop("dynamodb", None)
        await asyncio.to_thread(save_all, services)


def changes_tables(scope: HTTPScope) -> bool:
    """Tell whether a request writes to DynamoDB."""
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    service, _, operation = target.decode("latin-1").partition(".")
    return service.startswith("DynamoDB_") and not operation.startswith(_READING)


async def save_tables() -> None:
    """Write all tables, as they are between two requests: this is the thread that changes them."""
    state = dynamodb.get_state()
    await asyncio.to_thread(save_state, "dynamodb", state)


async def _repeat(
    changed: asyncio.Event,
    seconds: float,
    save: Callable[[], Coroutine[None, None, None]],
    share: float,
) -> None:
    while True:
        await changed.wait()
        await asyncio.sleep(seconds)
        changed.clear()
        begun = time.monotonic()
        await save()
        await asyncio.sleep(min(share * (time.monotonic() - begun), MAX_PAUSE_SECONDS))
