"""Memory of the local cloud with all of its processes."""

import time
from collections.abc import Iterable

from benchmarks.bench import Bench
from benchmarks.processes import Memory, memory_of
from benchmarks.stack import Stack, publish_sleeper
from benchmarks.table import Row, Table, Unit
from trainwright_cli.cloud_access import Cloud, Target

RUNS = 5
PAUSE_SECONDS = 1.0
IDLE_BYTES = 350_000_000
IDLE_SECONDS = 90
_NOTES = (
    (
        "RSS is the sum over the processes, and so counts what they share several times; PSS, "
        "where the kernel knows it, counts it once. After a run there are an environment for each "
        "function that it used, ended when idle for a minute, and the endpoint's model server, "
        "which stays."
    ),
)


def measure(bench: Bench) -> Table:
    """Look at the cloud after `up`, after `sam deploy` and after a run."""
    bench.built  # noqa: B018 - not while a cloud is measured
    with bench.cloud("memory") as info:
        after_up = _samples(info.pid)
        bench.deploy(info)
        after_deploy = _samples(info.pid)
        stack = Stack(Cloud(Target(), info), bench.scratch / "memory")
        publish_sleeper(stack.cloud)
        bench.say("a run ...")
        stack.run("memory", seconds=0)
        after_run = _samples(info.pid)
        bench.say("waiting until the functions' environments are ended ...")
        time.sleep(IDLE_SECONDS)
        after_rest = _samples(info.pid)
    return Table(
        "Memory of the local cloud",
        [
            *_rows("after up", after_up, IDLE_BYTES),
            *_rows("after sam deploy", after_deploy, IDLE_BYTES),
            *_rows("after a run", after_run, None),
            *_rows(f"{IDLE_SECONDS} s later", after_rest, None),
        ],
        _NOTES,
    )


def _samples(pid: int) -> list[Memory]:
    samples = []
    for _ in range(RUNS):
        time.sleep(PAUSE_SECONDS)
        samples.append(memory_of(pid))
    return samples


def _rows(when: str, samples: list[Memory], target: float | None) -> Iterable[Row]:
    yield Row(f"{when}, RSS", [s.resident for s in samples], Unit.MEGABYTES, target)
    if shares := [s.proportional for s in samples if s.proportional is not None]:
        yield Row(f"{when}, PSS", shares, Unit.MEGABYTES)
    yield Row(f"{when}, processes", [s.processes for s in samples], Unit.COUNT)
