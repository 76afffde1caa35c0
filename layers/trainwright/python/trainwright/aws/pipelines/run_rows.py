"""The row `#run` of each run in the steps table: its slots, its stop and its end."""

import json

from trainwright.aws.clients import dynamodb, our_errors
from trainwright.aws.pipelines.items import RUN, key_of, run_of
from trainwright.models.pipelines.progress import PipelineRun, StepRecord


class RunRows:
    """The rows of runs in the steps table *table*."""

    def __init__(self, table: str) -> None:
        self._table = table

    def run(self, run: str) -> PipelineRun | None:
        """Give a run."""
        with our_errors():
            found = dynamodb().get_item(
                TableName=self._table, Key=key_of(run, RUN), ConsistentRead=True
            )
        return run_of(found["Item"]) if "Item" in found else None

    def take_slot(self, record: StepRecord, limit: int) -> bool:
        """Take one of *limit* slots; True if the step has one already. It is queued no more."""
        client = dynamodb()
        try:
            with our_errors():
                client.update_item(
                    TableName=self._table,
                    Key=key_of(record.run, RUN),
                    UpdateExpression="ADD running :step DELETE queued :place",
                    ConditionExpression=(
                        "attribute_not_exists(running) OR size(running) < :limit "
                        "OR contains(running, :name)"
                    ),
                    ExpressionAttributeValues={
                        ":step": {"SS": [record.step]},
                        ":name": {"S": record.step},
                        ":place": {"SS": [record.place]},
                        ":limit": {"N": str(limit)},
                    },
                )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def enqueue(self, record: StepRecord) -> None:
        """Let a step wait for a slot."""
        with our_errors():
            dynamodb().update_item(
                TableName=self._table,
                Key=key_of(record.run, RUN),
                UpdateExpression="ADD queued :place",
                ExpressionAttributeValues={":place": {"SS": [record.place]}},
            )

    def stop(self, run: str, error: str, reason: str) -> None:
        """Have nothing more started; the first reason stays."""
        client = dynamodb()
        try:
            with our_errors():
                client.update_item(
                    TableName=self._table,
                    Key=key_of(run, RUN),
                    UpdateExpression="SET stopping = :yes, #error = :error, reason = :reason",
                    ConditionExpression="stopping = :no",
                    ExpressionAttributeNames={"#error": "error"},
                    ExpressionAttributeValues={
                        ":yes": {"S": "true"},
                        ":no": {"S": "false"},
                        ":error": {"S": json.dumps(error)},
                        ":reason": {"S": json.dumps(reason)},
                    },
                )
        except client.exceptions.ConditionalCheckFailedException:
            return

    def finish(self, run: PipelineRun) -> None:
        """Write how a run ended."""
        values = {
            ":status": {"S": json.dumps(run.status)},
            ":ended": {"S": json.dumps(run.ended.isoformat() if run.ended else None)},
            ":error": {"S": json.dumps(run.error)},
            ":reason": {"S": json.dumps(run.reason)},
        }
        with our_errors():
            dynamodb().update_item(
                TableName=self._table,
                Key=key_of(run.ref.run, RUN),
                UpdateExpression=(
                    "SET #status = :status, ended = :ended, #error = :error, reason = :reason"
                ),
                ExpressionAttributeNames={"#status": "status", "#error": "error"},
                ExpressionAttributeValues=values,
            )

    def renew(self, run: PipelineRun) -> None:
        """Write the token and the execution that wait for a run now."""
        with our_errors():
            dynamodb().update_item(
                TableName=self._table,
                Key=key_of(run.ref.run, RUN),
                UpdateExpression="SET #token = :token, execution = :execution",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={
                    ":token": {"S": json.dumps(run.token)},
                    ":execution": {"S": json.dumps(run.execution)},
                },
            )
