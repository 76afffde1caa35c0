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
    monkeypatch.setattr(snapshots, "text_of_tables", lambda: "the tables")

    async def write() -> None:
        found = Snapshots()
        saving = asyncio.create_task(found.run())
        found.notice(a_request("DynamoDB_20120810.PutItem"))
        await asyncio.sleep(snapshots.INTERVAL_SECONDS / 2)
        saving.cancel()

    asyncio.run(write())

    (saved,) = tmp_path.iterdir()
    assert saved.name == "dynamodb.json"
    assert saved.read_text() == "the tables"


def test_tables_are_written_as_ministack_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    ask(
        "CreateTable",
        TableName="steps",
        KeySchema=key,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
    )
    ask("PutItem", TableName="steps", Item={"id": {"B": "AAH/"}, "names": {"SS": ["a", "ü"]}})
    ask(
        "TagResource",
        ResourceArn="arn:aws:dynamodb:us-east-1:000000000000:table/steps",
        Tags=[{"Key": "of", "Value": "tests"}],
    )

    persistence.save_state("dynamodb", dynamodb.get_state())
    theirs = (tmp_path / "dynamodb.json").read_text()
    asyncio.run(snapshots.save_tables())

    ask("DeleteTable", TableName="steps")
    assert "AAH/" in theirs
    assert "tests" in theirs
    assert json.loads((tmp_path / "dynamodb.json").read_text()) == json.loads(theirs)


def test_a_full_disk_does_not_end_the_saving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path / "file" / "below"))

    asyncio.run(snapshots.save_tables())

    assert "could not be saved" in caplog.text


def ask(operation: str, **members: Any) -> None:
    """Ask DynamoDB, without a server."""
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    body = json.dumps(members).encode()
    status, _, answer = asyncio.run(dynamodb.handle_request("POST", "/", headers, body, {}))
    assert status == 200, answer
