"""Calls made at once, a thread each."""

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread

type Call = Callable[[], object]


def together(calls: Sequence[Call]) -> None:
    """Make all *calls* at once and wait for them; at the first error wait no longer, raise it."""
    if len(calls) == 1:
        calls[0]()
        return
    results: SimpleQueue[BaseException | None] = SimpleQueue()
    for call in calls:
        # No pool: its threads would hold up the end of the cloud while packages install.
        Thread(target=_make, args=(call, results), name="at-once", daemon=True).start()
    for _ in calls:
        error = results.get()
        if error is not None:
            raise error


def _make(call: Call, results: "SimpleQueue[BaseException | None]") -> None:
    try:
        call()
    except BaseException as error:  # raised again in the thread that waits
        results.put(error)
    else:
        results.put(None)
