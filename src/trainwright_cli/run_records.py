"""The records of the runs, from the runs table."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from trainwright.aws.journal import read_record
from trainwright.models.record import RunRecord
from trainwright_cli.cloud_access import Cloud

_INDEX = "by_month"
_MONTHS = 13


def newest_records(cloud: Cloud, limit: int, model: str | None = None) -> list[RunRecord]:
    """Give the last *limit* runs (of *model*) of the past year, the newest first."""
    return list(islice(_records(cloud, model), limit))


def find_record(cloud: Cloud, run: str) -> RunRecord | None:
    """Give the record of *run*, if it has one already."""
    found = cloud.dynamodb.get_item(
        TableName=cloud.stack.runs_table, Key={"run": {"S": run}}, ConsistentRead=True
    )
    return read_record(found["Item"]) if "Item" in found else None


def _records(cloud: Cloud, model: str | None) -> Iterator[RunRecord]:
    names: dict[str, str] = {"#month": "month"}
    values: dict[str, Any] = {}
    of_model: dict[str, Any] = {}
    if model:
        of_model = {"FilterExpression": "#model = :model"}
        names["#model"], values[":model"] = "model", {"S": model}
    query = cloud.dynamodb.get_paginator("query")
    for month in _months(datetime.now(UTC)):
        for page in query.paginate(
            **of_model,
            TableName=cloud.stack.runs_table,
            IndexName=_INDEX,
            KeyConditionExpression="#month = :month",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={**values, ":month": {"S": month}},
            ScanIndexForward=False,
        ):
            yield from map(read_record, page["Items"])


def _months(now: datetime) -> Iterator[str]:
    for _ in range(_MONTHS):
        yield f"{now:%Y-%m}"
        now = now.replace(day=1) - timedelta(days=1)
