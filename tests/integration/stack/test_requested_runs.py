"""Runs that are asked for on the bus, without an upload."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.integration.stack.conftest import SCRIPTED
from tests.integration.stack.stack import Stack


def test_a_run_asked_for_on_the_bus_is_one_run_however_often_it_is_asked_for(
    stack: Stack,
) -> None:
    stack.put("incoming/lake/rows/train/rows.csv", b"a\n1\n2\n")
    request = {
        "algorithm": "scripted",
        "model": "requested",
        "data": f"s3://{stack.bucket}/incoming/lake/rows/",
        "settings": {"endpoint": {"deploy": False}},
        "token": "once",
    }
    for _ in range(2):
        ask_for(request, stack)

    assert stack.new_run("requested").end() == "SUCCEEDED"
    assert len(stack.executions("requested")) == 1


def test_what_only_serves_is_deployed_by_a_request_without_data(
    stack: Stack, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SCRIPTED, tmp_path / "ready"))
    manifest = yaml.safe_load((folder / "algorithm.yaml").read_text())
    test = {"name": "a row", "body": "1,2", "content_type": "text/csv"}
    served = manifest["infer"] | {"smoke_tests": [test]}
    kept = {name: value for name, value in manifest.items() if name != "train"}
    (folder / "algorithm.yaml").write_text(
        yaml.safe_dump(kept | {"name": "ready", "infer": served})
    )
    script = folder / "inference.py"  # nothing is trained, so there is nothing beside the code
    script.write_text(script.read_text().replace('"answer.txt"', '"code/answer.txt"'))
    (folder / "answer.txt").write_text("ready")
    assert stack.publish(folder)["problems"] == []

    ask_for({"algorithm": "ready", "model": "without-data"}, stack)

    run = stack.new_run("without-data")
    assert run.end() == "SUCCEEDED"
    assert json.loads(run.record()["Run Started"])["data"]["data"] == ""
    assert stack.ask("without-data") == {"answer": "ready", "rows": 1}


def ask_for(request: Mapping[str, object], stack: Stack) -> None:
    """Put `Run Requested` onto the app's bus."""
    entry = {
        "EventBusName": stack.outputs["EventBusName"],
        "Source": "warehouse",
        "DetailType": "Run Requested",
        "Detail": json.dumps(dict(request)),
    }
    answer = stack.client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0
