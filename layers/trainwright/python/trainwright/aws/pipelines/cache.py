"""The step cache: a table of entries by key, and of each step's latest."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from trainwright.aws.clients import dynamodb, our_errors
from trainwright.models.pipelines.stored import CacheEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoStepCache:
    """Entries in the DynamoDB table *table*, which forgets them when they expire."""

    def __init__(self, table: str, client: Callable[[], DynamoDBClient] = dynamodb) -> None:
        self._table, self._client = table, client

    def find(self, key: str) -> CacheEntry | None:
        """Give the entry of a key."""
        return self._get(key)

    def latest(self, pipeline: str, step: str) -> CacheEntry | None:
        """Give the entry of the step's last run."""
        return self._get(_latest(pipeline, step))

    def keep(self, pipeline: str, step: str, entry: CacheEntry, days: float) -> None:
        """Keep an entry for some days."""
        expires = int((entry.created + timedelta(days=days)).timestamp())
        for key in (entry.key, _latest(pipeline, step)):
            with our_errors():
                self._client().put_item(
                    TableName=self._table,
                    Item={
                        "key": {"S": key},
                        "entry": {"S": entry.model_dump_json()},
                        "expires": {"N": str(expires)},
                    },
                )

    def _get(self, key: str) -> CacheEntry | None:
        with our_errors():
            found = self._client().get_item(
                TableName=self._table, Key={"key": {"S": key}}, ConsistentRead=True
            )
        # DynamoDB may take days to delete what has expired.
        if "Item" not in found or int(found["Item"]["expires"]["N"]) < time.time():
            return None
        return CacheEntry.model_validate_json(found["Item"]["entry"]["S"])


def _latest(pipeline: str, step: str) -> str:
    return f"{pipeline}/{step}"
