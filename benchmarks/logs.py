"""A training job that prints a gigabyte: how long that takes, and what the cloud keeps of it."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.bench import Bench
from benchmarks.local_sagemaker import LocalSageMaker
from benchmarks.processes import parse
from benchmarks.table import Row, Table, Unit

LINES, LENGTH = 1_000_000, 1_000
LOOK_SECONDS = 0.25
_SCRIPT = f"""
import sys
line = "x" * {LENGTH - 1} + chr(10)
for _ in range({LINES // 1000}):
    sys.stdout.write(line * 1000)
"""
_NOTES = (
    (
        f"{LINES} lines of {LENGTH} bytes. Each goes through CloudWatch Logs of the local cloud, "
        "written with the role of the job; of a stream the cloud keeps the last lines, up to a "
        "limit of size and number. The job waits where the cloud does not come after, so that "
        "memory is bounded."
    ),
    "'More memory' is the most that the cloud's process had, beside what it had before.",
)


def measure(bench: Bench) -> Table:
    """Run a job of one line, and then the one of many."""
    with bench.cloud("logs") as cloud:
        sagemaker = LocalSageMaker(cloud)
        bench.say("a job that makes the environment ...")
        sagemaker.train("first", {"train.py": b"print('here')"})
        sagemaker.ended("first")
        bench.say("a job that prints a gigabyte ...")
        before = _resident(cloud.pid)
        with _watched(cloud.pid) as sizes:
            started = time.time()
            sagemaker.train("loud", {"train.py": _SCRIPT.encode()})
            seconds = sagemaker.ended("loud") - started
        kept = len(sagemaker.lines("loud"))
    rows = [
        Row("from CreateTrainingJob to the end", [seconds], Unit.SECONDS),
        Row("- lines a second", [LINES / seconds], Unit.PER_SECOND),
        Row("more memory of the cloud", [max(sizes) - before], Unit.MEGABYTES),
        Row("lines kept", [kept], Unit.COUNT),
    ]
    return Table("A gigabyte of logs", rows, _NOTES)


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Collect how much memory a process has, again and again."""
    sizes: list[int] = []
    over = threading.Event()

    def look() -> None:
        while True:
            sizes.append(_resident(pid))
            if over.wait(LOOK_SECONDS):
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield sizes
    finally:
        over.set()
        thread.join()


def _resident(pid: int) -> int:
    """Give what a process has in memory without its children, as `ps` counts it."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,ppid=,rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    (process,) = parse(listed.stdout.splitlines())
    return process.resident
