"""Something done every so often beside a job, and once more at its end."""

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

SHARE = 20
"""What takes long is done less often, so that it takes a twentieth of a core at most."""


class Repeated:
    """Calls *task* every *seconds* on a thread of its own, until it is closed."""

    def __init__(self, task: Callable[[], object], seconds: float) -> None:
        self._task = task
        self._seconds = seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="repeated", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Wait for what is being done, and end."""
        self._closed.set()
        self._thread.join()

    def _work(self) -> None:
        pause = self._seconds
        while not self._closed.wait(pause):
            began = time.monotonic()
            try:
                self._task()
            except Exception:
                # The top of a thread: a fault of what watches must not end the watching.
                logger.exception("%s failed", self._task)
            pause = max(self._seconds, SHARE * (time.monotonic() - began))
