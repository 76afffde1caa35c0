"""What an instance uses of the machine, as CloudWatch shows it for the instances of AWS.

Linux only: elsewhere there is nothing to read it from, and no instance metrics are published.
"""

import errno
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

logger = logging.getLogger(__name__)

PROC = Path("/proc")
PERCENT = 100
GIB = 1024**3
PUBLISH_SECONDS = 5.0
"""Between values; AWS publishes one a minute."""


@dataclass(frozen=True)
class Usage:
    """Of a process tree: seconds of CPU since each process began, and bytes of memory."""

    cpu_seconds: float
    memory_bytes: int


def usage_of(pid: int) -> Usage:
    """Return what the process *pid* and all below it use; what has just ended uses nothing."""
    parents, spent = {}, {}
    for name in filter(str.isdigit, os.listdir(PROC)):  # noqa: PTH208 - names, and many of them
        try:
            text = (PROC / name / "stat").read_text(errors="replace")
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        parents[int(name)] = int(fields[1])
        ticks, pages = sum(map(int, fields[11:15])), int(fields[21])
        spent[int(name)] = (ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE"))
    tree = [one for one in spent if _is_below(one, pid, parents)]
    return Usage(sum(spent[one][0] for one in tree), sum(spent[one][1] for one in tree))


def size_of(folder: Path) -> int:
    """Return the bytes that the files below *folder* take on the disk, each counted once."""
    sizes = {}
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                status = os.lstat(os.path.join(path, name))  # noqa: PTH118 - for speed
            except FileNotFoundError:
                continue
            sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(sizes.values())


@dataclass(frozen=True)
class Volume:
    """The disk of an instance: a folder that is not to grow above a size."""

    folder: Path
    gigabytes: int

    @property
    def bytes(self) -> int:
        """The size."""
        return self.gigabytes * GIB

    def overflow(self) -> str:
        """Say that it is full, as the operating system would; empty while it is not."""
        used = size_of(self.folder)
        if used <= self.bytes:
            return ""
        return (
            f"[Errno {errno.ENOSPC}] {os.strerror(errno.ENOSPC)}: /opt/ml holds {used / GIB:.1f} "
            f"GB, and VolumeSizeInGB is {self.gigabytes}"
        )


class UsageMetrics:
    """Publishes the use of one instance; as on AWS, a role that may not costs only the graph."""

    def __init__(self, client: "CloudWatchClient", namespace: str, host: str) -> None:
        self._client = client
        self._namespace = namespace
        self._host = host
        self._last = (time.monotonic(), 0.0)
        self._next = 0.0
        self._refused = not PROC.is_dir()

    def publish(self, pid: int, volume: Volume) -> None:
        """Put what the process *pid* and the files on *volume* use into CloudWatch, if due."""
        now = time.monotonic()
        if self._refused or now < self._next:
            return
        self._next = now + PUBLISH_SECONDS
        used = usage_of(pid)
        before, spent = self._last
        self._last = (now, used.cpu_seconds)
        # Processes that have ended take their seconds with them.
        cpu = max(0.0, used.cpu_seconds - spent) / max(now - before, 0.001)
        self._put(
            {
                "CPUUtilization": PERCENT * cpu,
                "MemoryUtilization": PERCENT * used.memory_bytes / _memory(),
                "DiskUtilization": PERCENT * size_of(volume.folder) / volume.bytes,
            }
        )

    def _put(self, values: dict[str, float]) -> None:
        data: list[MetricDatumTypeDef] = [
            {
                "MetricName": name,
                "Value": value,
                "Unit": "Percent",
                "Dimensions": [{"Name": "Host", "Value": self._host}],
            }
            for name, value in values.items()
        ]
        try:
            self._client.put_metric_data(Namespace=self._namespace, MetricData=data)
        except (ClientError, BotoCoreError) as error:
            self._refused = True
            logger.warning("No metrics of %s from here on: %s", self._host, error)


def _is_below(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid not in (ancestor, 0):
        pid = parents.get(pid, 0)
    return pid == ancestor


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
