"""The memory of a process and all its descendants, as `ps` and Linux count it."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """One line of `ps`."""

    pid: int
    parent: int
    resident: int
    """Bytes in memory, those shared with other processes included."""


class Memory(NamedTuple):
    """Of a tree of processes, in bytes; *proportional* counts what is shared once, if known."""

    resident: int
    proportional: int | None
    processes: int


def memory_of(root: int) -> Memory:
    """Measure the tree below the process *root*."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    )
    found = tree(root, parse(listed.stdout.splitlines()))
    shares = [_proportional(process.pid) for process in found]
    return Memory(
        resident=sum(process.resident for process in found),
        proportional=sum(filter(None, shares)) if None not in shares else None,
        processes=len(found),
    )


def parse(lines: Iterable[str]) -> list[Process]:
    """Read the lines of `ps`, whose memory is in units of 1024 bytes."""
    rows = (map(int, line.split()) for line in lines if line.strip())
    return [Process(pid, parent, kilobytes * 1024) for pid, parent, kilobytes in rows]


def tree(root: int, processes: Iterable[Process]) -> list[Process]:
    """Give *root* and its descendants."""
    of_parent: dict[int, list[Process]] = {}
    found = []
    for process in processes:
        of_parent.setdefault(process.parent, []).append(process)
        if process.pid == root:
            found.append(process)
    for process in found:  # grows while it is read
        found += of_parent.get(process.pid, [])
    return found


def _proportional(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # ended meanwhile, or not Linux
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
