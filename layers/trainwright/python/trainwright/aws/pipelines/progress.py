"""The steps table: one row for each step of a run, and the row `#run` for the run itself.

Sets of names are DynamoDB sets, from which removing twice is harmless; an empty set is no
attribute. A step's end and the count of its run change in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import batched
from typing import Any

from trainwright.aws.clients import dynamodb, our_errors
from trainwright.aws.pipelines.items import RUN, Item, item_of, key_of, run_of, step_of
from trainwright.aws.pipelines.run_rows import RunRows
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus

_KEPT = timedelta(days=400)
_WRITTEN_AT_ONCE = 25
_READ_AT_ONCE = 100


class DynamoProgress(RunRows):
    """The steps table *table*."""

    def open(self, run: PipelineRun, steps: Sequence[StepRecord]) -> None:
        """Write a run and its steps; what is there of the same attempt stays, but for the token."""
        there = self.run(run.ref.run)
        if there is not None and there.attempt == run.attempt and there.execution:
            self.renew(run)
            return
        requests = [{"PutRequest": {"Item": item_of(step, step.step)}} for step in steps]
        for some in batched(requests, _WRITTEN_AT_ONCE, strict=False):
            self._write(list(some))
        # The run comes last: who finds it finds its steps.
        expires = int((run.started + _KEPT).timestamp())
        item = item_of(run, RUN) | {"run": {"S": run.ref.run}, "expires": {"N": str(expires)}}
        with our_errors():
            dynamodb().put_item(TableName=self._table, Item=item)

    def step(self, run: str, name: str) -> StepRecord:
        """Give one step."""
        with our_errors():
            found = dynamodb().get_item(
                TableName=self._table, Key=key_of(run, name), ConsistentRead=True
            )
        return step_of(found["Item"])

    def run_and_step(self, run: str, name: str) -> tuple[PipelineRun, StepRecord]:
        """Give a run and one of its steps, in one request."""
        found = {item["step"]["S"]: item for item in self._some(run, (RUN, name))}
        return run_of(found[RUN]), step_of(found[name])

    def steps(self, run: str, names: Iterable[str] | None = None) -> dict[str, StepRecord]:
        """Give some steps, or all."""
        items = self._all(run) if names is None else self._some(run, names)
        return {record.step: record for record in map(step_of, items)}

    def release(self, run: str, name: str, ended: str) -> StepRecord | None:
        """Let step *name* wait for *ended* no more; give it if it waits for nothing now."""
        client = dynamodb()
        try:
            with our_errors():
                found = client.update_item(
                    TableName=self._table,
                    Key=key_of(run, name),
                    UpdateExpression="DELETE waits_for :ended",
                    ConditionExpression="#status IN (:waiting, :ready)",
                    ExpressionAttributeNames={"#status": "status"},
                    ExpressionAttributeValues={
                        ":ended": {"SS": [ended]},
                        ":waiting": {"S": StepStatus.WAITING},
                        ":ready": {"S": StepStatus.READY},
                    },
                    ReturnValues="ALL_NEW",
                )
        except client.exceptions.ConditionalCheckFailedException:
            return None
        released = step_of(found["Attributes"])
        return released if released.status is StepStatus.READY else None

    def begin(self, record: StepRecord) -> bool:
        """Write a step that begins to run; False if it has ended, or runs in another attempt."""
        names = _ends()
        return self._put(
            record,
            f"attempt = :attempt AND NOT #status IN ({', '.join(names)})",
            {**names, ":attempt": {"S": json.dumps(record.attempt)}},
        )

    def note(self, record: StepRecord) -> None:
        """Write what is known of a step that runs, unless it has ended."""
        self.begin(record)

    def end(self, record: StepRecord) -> bool:
        """Write a step's end, count it off its run and free its slot; False if it had ended."""
        client = dynamodb()
        names = _ends()
        ended: Any = {
            "Put": {
                "TableName": self._table,
                "Item": item_of(record, record.step),
                "ConditionExpression": f"NOT #status IN ({', '.join(names)})",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": names,
            }
        }
        counted: Any = {
            "Update": {
                "TableName": self._table,
                "Key": key_of(record.run, RUN),
                "UpdateExpression": "ADD unfinished :less DELETE running :step",
                "ExpressionAttributeValues": {":less": {"N": "-1"}, ":step": {"SS": [record.step]}},
            }
        }
        try:
            with our_errors():
                client.transact_write_items(TransactItems=[ended, counted])
        except client.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            if reasons and reasons[0].get("Code") == "ConditionalCheckFailed":
                return False
            raise
        return True

    def _put(self, record: StepRecord, condition: str, values: Item) -> bool:
        client = dynamodb()
        try:
            with our_errors():
                client.put_item(
                    TableName=self._table,
                    Item=item_of(record, record.step),
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#status": "status"},
                    ExpressionAttributeValues=values,
                )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _write(self, requests: list[Any]) -> None:
        left: Any = {self._table: requests}
        while left:
            with our_errors():
                left = dynamodb().batch_write_item(RequestItems=left).get("UnprocessedItems")

    def _all(self, run: str) -> Iterable[Item]:
        pages = (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=self._table,
                ConsistentRead=True,
                KeyConditionExpression="#run = :run",
                ExpressionAttributeNames={"#run": "run"},
                ExpressionAttributeValues={":run": {"S": run}},
            )
        )
        for page in pages:
            yield from (item for item in page["Items"] if item["step"]["S"] != RUN)

    def _some(self, run: str, names: Iterable[str]) -> Iterable[Item]:
        for some in batched(dict.fromkeys(names), _READ_AT_ONCE, strict=False):
            keys = [key_of(run, name) for name in some]
            left: Any = {self._table: {"Keys": keys, "ConsistentRead": True}}
            while left:
                with our_errors():
                    found = dynamodb().batch_get_item(RequestItems=left)
                yield from found["Responses"][self._table]
                left = found.get("UnprocessedKeys")


def _ends() -> Item:
    """Give a value for each status that is an end, to be excluded by a condition."""
    ends = [status for status in StepStatus if status.ended]
    return {f":end{n}": {"S": status.value} for n, status in enumerate(ends)}
