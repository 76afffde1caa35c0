"""MiniStack's state on disk while it runs, so that a killed cloud comes back as it was.

MiniStack itself writes what it holds in memory when it stops in good order only. The whole state is
written each time: some 30 ms on a thread of its own, and only after requests that may change it.

Tables are written at once after a change, since programs keep there how far they are: what a table
forgot would be done twice. Where that takes long it is done twice a second. MiniStack copies them
first, and then writes them piece by piece; here they become text on the thread that changes them,
which takes a tenth of the time.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from hypercorn.typing import HTTPScope, Scope
from ministack import app as ministack
from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 3.0
TABLES_SECONDS = 0.02
TABLES_SHARE = 10
"""How many times as long as saving took nothing is saved afterwards, but for no more than ..."""
MAX_PAUSE_SECONDS = 0.5

_BESIDE_TABLES = (
    "tags",
    "ttl_settings",
    "pitr_settings",
    "kinesis_destinations",
    "contributor_insights",
    "backups",
    "resource_policies",
    "exports",
    "imports",
)
"""What else `dynamodb.get_state` copies, each from the variable of that name."""

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
        await asyncio.to_thread(persistence.save_all, services)


def changes_tables(scope: HTTPScope) -> bool:
    """Tell whether a request writes to DynamoDB."""
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    service, _, operation = target.decode("latin-1").partition(".")
    return service.startswith("DynamoDB_") and not operation.startswith(_READING)


async def save_tables() -> None:
    """Write all tables, as they are between two requests: this is the thread that changes them."""
    if persistence.PERSIST_STATE:
        await asyncio.to_thread(_write, "dynamodb", text_of_tables())


def text_of_tables() -> str:
    """Give what MiniStack's `save_state` writes of `dynamodb.get_state`."""
    tables = AccountRegionScopedDict()
    for (account, region, name), table in dynamodb._tables.all_items():  # noqa: SLF001
        kept = {key: value for key, value in table.items() if key != dynamodb._INDEX_MEMBERS}  # noqa: SLF001
        tables.set_scoped(account, region, name, kept)
    state: dict[str, Any] = {name: getattr(dynamodb, f"_{name}") for name in _BESIDE_TABLES}
    version = persistence._state_format_version("dynamodb")  # noqa: SLF001
    return json.dumps(
        {"__ministack_format__": version, "payload": {"tables": tables} | state},
        default=persistence._json_default,  # noqa: SLF001
    )


def _write(service: str, text: str) -> None:
    file = Path(persistence.STATE_DIR) / f"{service}.json"
    draft = file.with_suffix(".draft")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text)
        os.replace(draft, file)  # noqa: PTH105 - the pair of names reads as what it does
    except OSError as error:  # such as a full disk: the cloud goes on, and tries again
        logger.error("The tables could not be saved: %s", error)


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
