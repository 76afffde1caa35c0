"""The job's own log, beside that of its container: what it does, and which object failed why."""

from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.output import LineBatches


class DataLog:
    """Writes lines as SageMaker writes them."""

    def __init__(self, stream: LogStream) -> None:
        self._lines = LineBatches(stream.send)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._lines.close()

    def say(self, text: str) -> None:
        """Write a line."""
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
        self._lines.write(f"{now}:[sagemaker logs]: {text}")

    def blame(self, label: str, error: str, message: str = "") -> None:
        """Say which object could not be transformed, and what the container had to say."""
        self.say(f"{label}: {error}")
        if message:
            self.say(f"{label}: ")
            self.say(f"{label}: Message:")
            for line in message.splitlines():
                self.say(f"{label}: {line}")
