"""The tasks table, the runs table and the bus, against moto."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from tests.builders import JOB_ARN, RUN
from trainwright.aws import clients
from trainwright.aws.journal import EventBridgeBus, RunsJournal
from trainwright.aws.tasks import DynamoTasks
from trainwright.errors import NotReadyError
from trainwright.models.events import ModelRegistered, RunFailed
from trainwright.models.plan import RunRef
from trainwright.models.task import Decision, Task

OTHER = RunRef(id="churn-ba9876543210", model="churn", algorithm="boosting")


def a_table(name: str, key: str) -> str:
    """Create a table with the string *key*."""
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def a_task(token: str = "t", run: RunRef = RUN) -> Task:
    """Return a task that waits for the job of RUN."""
    return Task(resource=JOB_ARN, token=token, run=run, created=datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Give every entry that is sent to a bus."""
    entries: list[dict[str, Any]] = []

    def put_events(*, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        entries.extend(Entries)
        return {"FailedEntryCount": 0, "Entries": []}

    monkeypatch.setattr(clients.events(), "put_events", put_events)
    return entries


def test_a_task_is_kept_and_forgotten() -> None:
    tasks = DynamoTasks(a_table("tasks", "resource"))
    tasks.put(a_task())

    assert tasks.get(JOB_ARN) == a_task()
    assert list(tasks.all()) == [a_task()]

    tasks.remove(a_task())
    assert tasks.get(JOB_ARN) is None


def test_a_retry_of_the_same_run_replaces_its_token() -> None:
    tasks = DynamoTasks(a_table("tasks", "resource"))
    tasks.put(a_task("first"))
    tasks.put(a_task("second"))

    tasks.remove(a_task("first"))

    assert tasks.get(JOB_ARN) == a_task("second")


def test_one_of_two_answers_is_the_one_that_counts() -> None:
    tasks = DynamoTasks(a_table("tasks", "resource"))
    yes, no = Decision(approved=True, output={"by": "ada"}), Decision(approved=False, reason="no")
    tasks.put(a_task("first"))

    assert tasks.claim(a_task("first"), yes)
    assert not tasks.claim(a_task("first"), no)
    assert tasks.claim(a_task("first"), yes)
    claimed = a_task("first").model_copy(update={"decision": yes})
    assert (tasks.get(JOB_ARN), list(tasks.all())) == (claimed, [claimed])
    tasks.put(a_task("second"))
    assert tasks.get(JOB_ARN) == a_task("second")
    assert not tasks.claim(a_task("first"), yes)
    assert tasks.claim(a_task("second"), no)
    tasks.remove(a_task("second"))
    assert not tasks.claim(a_task("second"), no)


def test_another_run_has_to_wait_for_the_resource() -> None:
    tasks = DynamoTasks(a_table("tasks", "resource"))
    tasks.put(a_task())

    with pytest.raises(NotReadyError, match="another run is changing"):
        tasks.put(a_task(run=OTHER))


@pytest.mark.parametrize(
    ("until", "expires"),
    [
        (None, datetime(2026, 12, 4, tzinfo=UTC)),
        (datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 12, 4, tzinfo=UTC)),
        (datetime(2027, 11, 15, tzinfo=UTC), datetime(2027, 11, 15, tzinfo=UTC)),
    ],
)
def test_a_task_expires_after_all_waits_are_over(until: datetime | None, expires: datetime) -> None:
    task = a_task().model_copy(update={"until": until})
    DynamoTasks(a_table("tasks", "resource")).put(task)

    item = boto3.client("dynamodb").get_item(TableName="tasks", Key={"resource": {"S": JOB_ARN}})[
        "Item"
    ]

    assert int(item["expires"]["N"]) == int(expires.timestamp())


def test_the_journal_records_and_publishes(heard: list[dict[str, Any]]) -> None:
    journal = RunsJournal(a_table("runs", "run"), EventBridgeBus("bus"), "demo")

    journal.write(RUN, ModelRegistered(package="arn:package"))
    journal.write(RUN, RunFailed(error="X", reason="y"), status="Failed")

    record = journal.find(RUN.id)
    assert record
    assert (record.ref, record.status) == (RUN, "Failed")
    assert record.started <= record.updated
    assert {name: event.data for name, event in record.events.items()} == {
        "Run Failed": {"error": "X", "reason": "y", "metrics": {}, "package": ""}
    }
    assert [entry["DetailType"] for entry in heard] == ["Model Registered", "Run Failed"]
    assert {(entry["Source"], entry["EventBusName"]) for entry in heard} == {("trainwright", "bus")}
    assert json.loads(heard[1]["Detail"]) == {
        "metadata": {
            "version": "1",
            "run": RUN.id,
            "model": "churn",
            "algorithm": "boosting",
            "stack": "demo",
        },
        "data": {"error": "X", "reason": "y", "metrics": {}, "package": ""},
    }


def test_a_run_that_was_never_begun_has_no_record() -> None:
    journal = RunsJournal(a_table("runs", "run"), EventBridgeBus("bus"), "demo")

    assert journal.find(RUN.id) is None


def test_an_event_that_the_bus_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
    monkeypatch.setattr(clients.events(), "put_events", lambda **_: refused)

    with pytest.raises(RuntimeError, match="InternalFailure"):
        EventBridgeBus("bus").publish("Run Failed", {})
