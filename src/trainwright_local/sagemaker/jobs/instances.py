"""The instances of a job: a process on each, and the lines that it prints."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.output import Consumer, LineBatches, Tail
from trainwright_local.sagemaker.jobs.sandbox import Sandbox, warning
from trainwright_local.sagemaker.jobs.usage import UsageMetrics, Volume
from trainwright_local.sagemaker.processes import Process, spawn
from trainwright_local.sagemaker.store import Record

GROUP = "homogeneousCluster"
ETC_HOSTS = Path("/etc/hosts")
LOOPBACK = "lo" if sys.platform == "linux" else "lo0"


def host_names(count: int) -> list[str]:
    """Return the names by which *count* instances know each other."""
    return [f"algo-{number}" for number in range(1, count + 1)]


def resource_config(instance_type: str, host: str, hosts: Sequence[str]) -> Record:
    """Describe *host* and its fellows, as `resourceconfig.json` does."""
    group = {
        "instance_group_name": GROUP,
        "instance_type": instance_type,
        "hosts": sorted(hosts),
    }
    return {
        "current_host": host,
        "current_instance_type": instance_type,
        "current_group_name": GROUP,
        "hosts": sorted(hosts),
        "instance_groups": [group],
        # Where several instances talk to each other they need the interface that they really have.
        "network_interface_name": "eth0" if len(hosts) == 1 else LOOPBACK,
    }


def hosts_file(hosts: Sequence[str]) -> str:
    """Return this machine's `/etc/hosts` with an address of the loopback for each of *hosts*."""
    around = ETC_HOSTS.read_text() if ETC_HOSTS.is_file() else ""
    lines = [f"127.0.0.{number}\t{host}" for number, host in enumerate(hosts, 1)]
    return "\n".join([*lines, around])


@dataclass(frozen=True)
class Command:
    """What runs on one instance."""

    host: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    consumers: tuple[Consumer, ...] = ()
    """What its lines go to, besides the log."""
    sandbox: Sandbox | None = None
    """Where it runs; *cwd* is below the folder that it has for `/opt/ml`."""
    volume: Volume | None = None
    """The disk that it may fill; None is not watched."""


@dataclass(frozen=True)
class Ended:
    """How the process of an instance ended."""

    host: str
    code: int
    tail: Tail


class Instance:
    """One instance: `start` it, `wait` for it, `close` it whatever came of it."""

    def __init__(self, command: Command, log_stream: Callable[[str], LogStream]) -> None:
        self.host = command.host
        self._command = command
        self._tail = Tail()
        self._process: Process | None = None
        log = log_stream(command.host)
        self._lines = LineBatches(self._tail.remember, log.send, *command.consumers)

    def start(self) -> Process:
        """Start its process."""
        command = self._command
        if command.sandbox and (missing := warning(command.cwd)):
            self._lines.write(missing)
        self._process = spawn(
            command.argv,
            env=command.env,
            cwd=command.cwd,
            on_line=self._lines.write,
            wrapper=command.sandbox.command(command.cwd) if command.sandbox else (),
        )
        return self._process

    def wait(self, ends: SimpleQueue[Ended]) -> None:
        """Put its end into *ends* once it has come."""
        assert self._process is not None
        ends.put(Ended(self._command.host, self._process.wait(), self._tail))

    def look(self, metrics: UsageMetrics) -> str:
        """Publish what it uses; say if that is more than it has."""
        volume = self._command.volume
        if volume is None or self._process is None:
            return ""
        metrics.publish(self._process.pid, volume)
        return volume.overflow()

    def kill(self) -> None:
        """End its process at once, if it has not ended."""
        assert self._process is not None
        self._process.kill()

    def close(self) -> None:
        """Hand on the last of its lines."""
        self._lines.close()
