"""When the state of a running cloud is written to the disk."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from ministack.core import persistence
from ministack.services import dynamodb

from trainwright_local.cloud import snapshots
from trainwright_local.cloud.snapshots import Snapshots, changes_tables


def a_request(target: str = "", method: str = "POST") -> Any:
    """Return a request as the server has it."""
    headers = [(b"host", b"x"), (b"x-amz-target", target.encode())]
    return {"type": "http", "method": method, "headers": headers}


@pytest.mark.parametrize(
    "operation", ["PutItem", "UpdateItem", "TransactWriteItems", "BatchWriteItem", "CreateTable"]
)
def test_what_writes_changes_tables(operation: str) -> None:
    assert changes_tables(a_request(f"DynamoDB_20120810.{operation}"))


@pytest.mark.parametrize(
    "target",
    [
        "DynamoDB_20120810.GetItem",
        "DynamoDB_20120810.BatchGetItem",
        "DynamoDB_20120810.TransactGetItems",
        "DynamoDB_20120810.Query",
        "AmazonSSM.PutParameter",
        "",
    ],
)
def test_what_reads_or_is_another_service_does_not(target: str) -> None:
    assert not changes_tables(a_request(target))


def test_a_written_item_is_on_disk_long_before_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    monkeypatch.setattr(dynamodb, "get_state", lambda: {"tables": {"steps": "here"}})

    async def write() -> None:
        found = Snapshots()
        saving = asyncio.create_task(found.run())
        found.notice(a_request("DynamoDB_20120810.PutItem"))
        await asyncio.sleep(snapshots.INTERVAL_SECONDS / 2)
        saving.cancel()

    asyncio.run(write())

    (saved,) = tmp_path.iterdir()
    assert saved.name == "dynamodb.json"
    assert json.loads(saved.read_text())["payload"] == {"tables": {"steps": "here"}}
