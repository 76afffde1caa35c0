"""The tasks table: which state waits for which resource."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from trainwright.aws.clients import dynamodb, our_errors
from trainwright.errors import NotReadyError
from trainwright.models.task import Decision, Task

_KEPT = timedelta(days=14)
"""Longer than any job takes; a person may take longer."""


class DynamoTasks:
    """Tasks in the DynamoDB table *table*, one for each resource."""

    def __init__(self, table: str) -> None:
        self._table = table

    def put(self, task: Task) -> None:
        """Keep *task*; raise NotReadyError while another run's task waits for its resource."""
        client = dynamodb()
        expires = int(max(task.created + _KEPT, task.until or task.created).timestamp())
        try:
            with our_errors():
                client.put_item(
                    TableName=self._table,
                    Item={
                        "resource": {"S": _key(task.resource)},
                        "run": {"S": task.run.id},
                        "task": {"S": task.model_dump_json()},
                        "token": {"S": task.token},
                        "expires": {"N": str(expires)},
                    },
                    ConditionExpression="attribute_not_exists(#resource) OR #run = :run",
                    ExpressionAttributeNames={"#resource": "resource", "#run": "run"},
                    ExpressionAttributeValues={":run": {"S": task.run.id}},
                )
        except client.exceptions.ConditionalCheckFailedException as error:
            raise NotReadyError(f"another run is changing {task.resource}") from error

    def get(self, resource: str) -> Task | None:
        """Give the task that waits for *resource*."""
        with our_errors():
            found = dynamodb().get_item(
                TableName=self._table, Key={"resource": {"S": _key(resource)}}, ConsistentRead=True
            )
        return _task(found["Item"]) if "Item" in found else None

    def claim(self, task: Task, decision: Decision) -> bool:
        """Let *decision* be the one that *task* gets; False if it is forgotten, or has another."""
        client = dynamodb()
        try:
            with our_errors():
                client.update_item(
                    TableName=self._table,
                    Key={"resource": {"S": _key(task.resource)}},
                    UpdateExpression="SET answer = :answer",
                    ConditionExpression=(
                        "#token = :token AND (attribute_not_exists(answer) OR answer = :answer)"
                    ),
                    ExpressionAttributeNames={"#token": "token"},
                    ExpressionAttributeValues={
                        ":token": {"S": task.token},
                        ":answer": {"S": decision.model_dump_json()},
                    },
                )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def remove(self, task: Task) -> None:
        """Forget *task*, unless a newer one has taken its place."""
        client = dynamodb()
        try:
            with our_errors():
                client.delete_item(
                    TableName=self._table,
                    Key={"resource": {"S": _key(task.resource)}},
                    ConditionExpression="#token = :token",
                    ExpressionAttributeNames={"#token": "token"},
                    ExpressionAttributeValues={":token": {"S": task.token}},
                )
        except client.exceptions.ConditionalCheckFailedException:
            return

    def all(self) -> Iterable[Task]:
        """Give every task that waits."""
        pages = dynamodb().get_paginator("scan").paginate(TableName=self._table)
        for page in pages:
            yield from map(_task, page["Items"])


def _key(resource: str) -> str:
    """Write an ARN as all of SageMaker's answers can be: some of them come in lower case."""
    return resource.lower()


def _task(item: dict[str, Any]) -> Task:
    task = Task.model_validate_json(item["task"]["S"])
    if "answer" not in item:
        return task
    decision = Decision.model_validate_json(item["answer"]["S"])
    return task.model_copy(update={"decision": decision})
