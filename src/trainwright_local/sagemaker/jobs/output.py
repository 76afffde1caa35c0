"""The lines a script prints, gathered for a moment and handed on together."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)

BATCH_SECONDS = 0.2
MOST_LINES = 5_000
LONGEST_LINE = 32 * 1024
"""Characters of a line that are kept; an event of CloudWatch Logs holds 256 KiB."""
LAST_LINES = 60
TRACEBACK = "Traceback (most recent call last):"


@dataclass(frozen=True)
class Line:
    """One line and when it was printed, in milliseconds of the epoch."""

    time: int
    text: str


type Consumer = Callable[[list[Line]], None]


class LineBatches:
    """Hands lines to *consumers*, in order, from a thread of its own, a batch every 0.2 seconds."""

    def __init__(self, *consumers: Consumer) -> None:
        self._consumers = consumers
        self._lines: queue.Queue[Line | None] = queue.Queue(maxsize=4 * MOST_LINES)
        self._thread = threading.Thread(target=self._work, name="lines", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Take a line; waits while the consumers are far behind."""
        self._lines.put(Line(round(time.time() * 1000), text[:LONGEST_LINE]))

    def close(self) -> None:
        """Hand on what is left, then end."""
        self._lines.put(None)
        self._thread.join()

    def _work(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            for consumer in self._consumers if batch else ():
                _hand_on(batch, consumer)

    def _gather(self) -> tuple[list[Line], bool]:
        """Wait for a line, then take all that come within a moment; whether more may come."""
        line = self._lines.get()
        until = time.monotonic() + BATCH_SECONDS
        batch = []
        while line is not None:
            batch.append(line)
            left = until - time.monotonic()
            if left <= 0 or len(batch) >= MOST_LINES:
                return batch, True
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                return batch, True
        return batch, False


def _hand_on(batch: list[Line], consumer: Consumer) -> None:
    try:
        consumer(batch)
    except Exception:
        # The top of a thread: without it nobody would take the lines, and the script would stall.
        logger.exception("A batch of %d lines was not taken", len(batch))


class Tail:
    """Remembers the end of the output, which says why a script failed."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LAST_LINES)

    def remember(self, batch: list[Line]) -> None:
        """Take note of a batch."""
        self._lines.extend(line.text for line in batch)

    def error(self) -> str:
        """Return the last traceback, or without one the last lines."""
        lines = list(self._lines)
        starts = [number for number, text in enumerate(lines) if text.startswith(TRACEBACK)]
        return "\n".join(lines[starts[-1] :] if starts else lines[-5:])
