"""What benchmarks share: the app as it is built, a folder, local clouds with the app deployed."""

import os
import platform
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rich.console import Console

from trainwright_local.cloud import lifecycle
from trainwright_local.cloud.record import CloudInfo

ROOT = Path(__file__).parent.parent
LAYER = "TrainwrightLayer"
ACCESS_LOG = "requests.jsonl"

_ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
_OVERRIDES = ("--parameter-overrides", f"Architecture={_ARCHITECTURE}")
_LAST = 3000


class SamError(Exception):
    """The SAM CLI failed; the message ends with what it said last."""


@dataclass(frozen=True)
class Bench:
    """A folder for everything that is made, the port of the clouds, and where to say what is done.

    A port of 0 takes a free one.
    """

    scratch: Path
    console: Console
    port: int = 0

    def say(self, text: str) -> None:
        """Tell what is being done."""
        self.console.print(text, style="dim", highlight=False)

    @cached_property
    def built(self) -> Path:
        """The folder that `sam build` makes: one for each function, one for the layer."""
        self.say("sam build ...")
        folder = self.scratch / "build"
        self._sam({}, "build", "--build-dir", str(folder), "--no-cached", *_OVERRIDES)
        return folder

    @property
    def built_functions(self) -> list[Path]:
        """The folders of the functions, by name."""
        return sorted(path for path in self.built.iterdir() if path.name.endswith("Function"))

    @contextmanager
    def cloud(self, name: str, *, logged: bool = False) -> Iterator[CloudInfo]:
        """Run a local cloud of its own; if *logged*, with an access log in its state folder."""
        state = self.scratch / name
        self.say(f"starting a local cloud for {name} ...")
        log = state / ACCESS_LOG if logged else None
        info = lifecycle.up(state, self.port or free_port(), access_log=log)
        try:
            yield info
        finally:
            lifecycle.down(state)

    def deploy(self, cloud: CloudInfo) -> None:
        """Deploy the app as a user does."""
        built = self.built
        self.say("sam deploy ...")
        template = ("--template-file", str(built / "template.yaml"))
        config = ("--config-file", str(ROOT / "samconfig.toml"))
        self._sam(
            cloud.environment(), "deploy", *template, *config, *_OVERRIDES, "--no-progressbar"
        )

    def _sam(self, environment: Mapping[str, str], *arguments: str) -> None:
        path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        # It leaves folders behind where temporary files go.
        settings = {"PATH": path, "TMPDIR": str(self.scratch), "SAM_CLI_TELEMETRY": "0"}
        done = subprocess.run(
            [str(ROOT / ".sam" / "bin" / "sam"), *arguments],
            cwd=ROOT,
            env={**os.environ, **settings, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SamError(f"sam {arguments[0]}: {(done.stdout + done.stderr)[-_LAST:]}")


def free_port() -> int:
    """Give a port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
