"""The errors of starting and stopping a local cloud; each says what to do next.

* CloudError                  base: one line for the user
    * PortTakenError          another program listens on the port
    * RunningElsewhereError   this state folder's cloud runs with another port or region
    * NotHealthyError         the process ended, or did not answer in time
    * NotStoppedError         the process survived SIGKILL
    * RequirementError        a necessary check of the doctor failed
"""

from pathlib import Path


class CloudError(Exception):
    """The local cloud cannot do what was asked; the text says what to do next."""


class PortTakenError(CloudError):
    """Another program listens on the port."""

    def __init__(self, port: int, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another program"
        super().__init__(
            f"port {port} is taken by {who}: stop it, or start the cloud with another --port"
        )
        self.port = port
        self.pid = pid


class RunningElsewhereError(CloudError):
    """This state folder's cloud already runs, with other settings than asked for."""

    def __init__(self, state_dir: Path, port: int, region: str) -> None:
        super().__init__(
            f"the cloud of {state_dir} already runs on port {port} in {region}: "
            "stop it first, or ask for that port and region"
        )


class NotHealthyError(CloudError):
    """The cloud did not come up."""

    def __init__(self, reason: str, log_file: Path, last_lines: list[str]) -> None:
        tail = "".join(f"\n  {line}" for line in last_lines)
        super().__init__(f"the cloud did not start: {reason}; its log is {log_file}{tail}")


class NotStoppedError(CloudError):
    """The cloud's process would not end."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"process {pid} does not end, not even by SIGKILL: see what holds it")


class RequirementError(CloudError):
    """The machine lacks something the cloud needs."""
