"""The metrics of invocations, noted while a request is answered and published a moment later.

https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html has them all. AWS
publishes once a minute.
"""

import logging
import threading
from collections import Counter
from dataclasses import dataclass

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.measurements import Measurement
from trainwright_local.sagemaker.parts import Service, part

FIRST_SECONDS, LONGEST_SECONDS = 2.0, 15.0
"""What is noted first is published soon; of much, what is kept in CloudWatch is to stay little."""
MICROSECONDS = 1_000_000
NO_ANSWER = 500
"""The status of an invocation that the model did not answer."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """One invocation: the model's status, and what the model and the rest have taken."""

    status: int
    seconds: float
    overhead: float
    instances: int


class Meter:
    """The invocations of one variant of an endpoint."""

    def __init__(
        self, endpoint: str, variant: str, context: Context, *, asynchronous: bool
    ) -> None:
        self._dimensions = {"EndpointName": endpoint, "VariantName": variant}
        self._context = context
        self._meters = context.part(Meters)
        self._asynchronous = asynchronous
        self._notes: list[Note] = []

    def note(self, note: Note) -> None:
        """Take note of an invocation; this is on every request's way."""
        self._notes.append(note)
        self._meters.due.add(self)

    def publish(self) -> None:
        """Put what was noted into CloudWatch."""
        notes, self._notes = self._notes, []
        context = self._context
        if notes:
            context.service.recorder(context.account, context.region, self._measured(notes))

    def _measured(self, notes: list[Note]) -> list[Measurement]:
        classes = [note.status // 100 for note in notes]
        found = {
            "Invocation4XXErrors": ("None", Counter(float(kind == 4) for kind in classes)),  # noqa: PLR2004
            "Invocation5XXErrors": ("None", Counter(float(kind == 5) for kind in classes)),  # noqa: PLR2004
            "ModelLatency": ("Microseconds", Counter(_rounded(note.seconds) for note in notes)),
        }
        if not self._asynchronous:
            shares = Counter(1 / max(1, note.instances) for note in notes)
            overheads = Counter(_rounded(note.overhead) for note in notes)
            found |= {
                "Invocations": ("None", Counter({1.0: len(notes)})),
                "InvocationsPerInstance": ("None", shares),
                "OverheadLatency": ("Microseconds", overheads),
            }
        return [
            Measurement(metric, unit, self._dimensions, counts)
            for metric, (unit, counts) in found.items()
        ]


@part
class Meters:
    """Publishes what was noted, of all endpoints."""

    def __init__(self, service: Service) -> None:
        del service
        self.due: set[Meter] = set()
        """Those with something noted."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="meters", daemon=True)

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def close(self) -> None:
        """Publish what is left."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        closing, pause = False, FIRST_SECONDS
        while not closing:
            closing = self._closing.wait(pause)
            due, self.due = self.due, set()
            pause = min(2 * pause, LONGEST_SECONDS) if due else FIRST_SECONDS
            for meter in due:
                try:
                    meter.publish()
                except Exception:
                    # The top of a thread: what one endpoint's metrics meet costs no other's.
                    logger.exception("Metrics of invocations were lost")


def _rounded(seconds: float) -> float:
    """Return *seconds* in microseconds to two digits, so that many have the same value."""
    return float(f"{seconds * MICROSECONDS:.1e}")
