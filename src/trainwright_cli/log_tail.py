"""The lines that appear in the log streams of one job or endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trainwright_cli.cloud_access import Cloud

TRAINING_JOBS = "/aws/sagemaker/TrainingJobs"
ENDPOINTS = "/aws/sagemaker/Endpoints"


@dataclass(frozen=True)
class LogLine:
    """One line of a log."""

    time: datetime
    stream: str
    message: str


class LogTail:
    """What is new in the streams of *group* whose names begin with *prefix*."""

    def __init__(self, cloud: Cloud, group: str, prefix: str = "") -> None:
        self._logs = cloud.logs
        self._group = group
        self._prefix = prefix
        self._positions: dict[str, str] = {}

    def new_lines(self) -> list[LogLine]:
        """Give the lines since the last call, oldest first; none while there is no log."""
        try:
            lines = [line for stream in self._streams() for line in self._read(stream)]
        except self._logs.exceptions.ResourceNotFoundException:
            return []
        return sorted(lines, key=lambda line: line.time)

    def _streams(self) -> list[str]:
        chosen: dict[str, Any] = {"logStreamNamePrefix": self._prefix} if self._prefix else {}
        pages = self._logs.get_paginator("describe_log_streams").paginate(
            logGroupName=self._group, **chosen
        )
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    def _read(self, stream: str) -> Iterator[LogLine]:
        while True:
            position = self._positions.get(stream)
            goes_on: dict[str, Any] = {"nextToken": position} if position else {}
            page = self._logs.get_log_events(
                logGroupName=self._group, logStreamName=stream, startFromHead=True, **goes_on
            )
            for event in page["events"]:
                time = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                yield LogLine(time, stream, event["message"].rstrip("\n"))
            self._positions[stream] = page["nextForwardToken"]
            # CloudWatch says that it is the end by giving the same token again.
            if not page["events"] or page["nextForwardToken"] == position:
                return
