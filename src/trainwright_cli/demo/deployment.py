"""Deploying the template to the local cloud with the SAM CLI as it is."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from trainwright_cli.errors import CliError
from trainwright_local.cloud.record import CloudInfo

_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
_TAIL_LINES = 25


class SamCli:
    """Runs `sam` in the *checkout* against *cloud*; what it prints goes into *log*."""

    def __init__(self, checkout: Path, cloud: CloudInfo, log: Path) -> None:
        self._program = _find(checkout)
        self._checkout = checkout
        self._environment = _environment(cloud)
        self._log = log
        log.write_bytes(b"")

    def build(self) -> None:
        """Build the functions and the layer for this machine's processor."""
        self._run("build")

    def deploy(self) -> None:
        """Create or update the stack."""
        self._run("deploy", "--no-progressbar")

    def _run(self, *words: str) -> None:
        command = [
            self._program,
            *words,
            "--parameter-overrides",
            f"Architecture={_architecture()}",
        ]
        with self._log.open("ab") as log:
            ended = subprocess.run(
                command,
                cwd=self._checkout,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if ended.returncode:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
            raise CliError(f"sam {words[0]} failed; the end of {self._log}:\n{tail}")


def _architecture() -> str:
    machine = platform.machine().lower()
    if machine not in _ARCHITECTURES:
        raise CliError(f"Lambda knows no {machine} processors: run the demo on x86_64 or arm64")
    return _ARCHITECTURES[machine]


def _find(checkout: Path) -> str:
    own = checkout / ".sam" / "bin" / "sam"
    found = str(own) if own.exists() else shutil.which("sam")
    if not found:
        raise CliError("no SAM CLI: `make setup` puts it into .sam")
    return found


def _environment(cloud: CloudInfo) -> dict[str, str]:
    """Point the SAM CLI at the cloud, and let it build with this interpreter's pip."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return kept | cloud.environment() | {"PATH": path, "SAM_CLI_TELEMETRY": "0"}
