"""An event loop of the endpoints' own, for those who wait for a model in a thread."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class Runtime:
    """Runs coroutines for callers that have no event loop; started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for *work*, and return or raise what it does."""
        return asyncio.run_coroutine_threadsafe(work, self._running()).result()

    def close(self) -> None:
        """End the loop, once what has been told to it is done."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            loop.call_soon_threadsafe(asyncio.ensure_future, _stop_soon())
            self._thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_run, args=(self._loop,), daemon=True)
                self._thread.start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()


async def _stop_soon() -> None:
    await asyncio.sleep(0)  # connections that are being closed take one more round
    asyncio.get_running_loop().stop()
