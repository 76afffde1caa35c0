"""A job's stream in CloudWatch Logs."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from trainwright_local.sagemaker.jobs.output import Line

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

logger = logging.getLogger(__name__)

MOST_BYTES = 1_048_576
EVENT_BYTES = 26
"""What CloudWatch Logs counts for an event besides its text."""


class LogStream:
    """Writes lines to one stream; as on AWS, a role that may not write logs costs only the logs."""

    def __init__(self, client: "CloudWatchLogsClient", group: str, name: str) -> None:
        self._client = client
        self._group = group
        self._name = name
        self._exists = False
        self._refused = False

    def send(self, batch: list[Line]) -> None:
        """Write a batch, unless writing was refused before."""
        if self._refused:
            return
        try:
            self._create()
            for lines in requests(batch):
                self._client.put_log_events(
                    logGroupName=self._group,
                    logStreamName=self._name,
                    # An event has at least one character.
                    logEvents=[{"timestamp": i.time, "message": i.text or " "} for i in lines],
                )
        except (ClientError, BotoCoreError) as error:
            self._refused = True
            logger.warning("No logs in %s %s from here on: %s", self._group, self._name, error)

    def _create(self) -> None:
        if self._exists:
            return
        taken = self._client.exceptions.ResourceAlreadyExistsException
        with suppress(taken):
            self._client.create_log_group(logGroupName=self._group)
        with suppress(taken):
            self._client.create_log_stream(logGroupName=self._group, logStreamName=self._name)
        self._exists = True


def requests(batch: list[Line]) -> Iterator[list[Line]]:
    """Split a batch into what fits into one request each."""
    lines: list[Line] = []
    size = 0
    for line in batch:
        needed = len(line.text.encode()) + EVENT_BYTES
        if lines and size + needed > MOST_BYTES:
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += needed
    yield lines
