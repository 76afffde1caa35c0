"""Container engines: how images that nobody emulates are run, where docker or podman is there.

A container shares the machine's network, so that it reaches the local cloud under the same address
as everything else; a network-isolated one has none. Its secrets are handed over by name in the
environment of the engine's client, never on a command line.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("docker", "podman")
LABEL = "trainwright.cloud"
ANSWER_SECONDS = 20
OF_THE_CLIENT = {"HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"}
"""What the engine's client needs for itself, so a container's own goes by the command line."""


class EngineError(Exception):
    """The engine said no; the message is what it said."""


@dataclass(frozen=True)
class Container:
    """What is to run, and what it is given."""

    name: str
    image: str
    owner: str
    """The cloud that it belongs to: what it leaves behind is removed by that cloud alone."""
    volumes: Mapping[Path, str]
    """Folders of this machine, and where they are in the container."""
    env: Mapping[str, str] = field(repr=False)
    entrypoint: Sequence[str] = ()
    arguments: Sequence[str] = ()
    host: str = ""
    isolated: bool = False


@dataclass(frozen=True)
class Engine:
    """A program that runs containers, as docker's command line does."""

    program: str

    def command(self, container: Container) -> list[str]:
        """Return what runs *container* in the foreground and ends with its exit code."""
        words = [self.program, "run", "--rm", "--name", container.name]
        words += ["--label", f"{LABEL}={container.owner}"]
        words += ["--network", "none" if container.isolated else "host"]
        words += ["--hostname", container.host] if container.host else []
        for folder, inside in container.volumes.items():
            words += ["--volume", f"{folder}:{inside}"]
        for name, value in container.env.items():
            words += ["--env", f"{name}={value}" if name in OF_THE_CLIENT else name]
        if container.entrypoint:
            words += ["--entrypoint", container.entrypoint[0]]
        return [*words, container.image, *container.entrypoint[1:], *container.arguments]

    def variables(
        self, container: Container, around: Mapping[str, str] = os.environ
    ) -> dict[str, str]:
        """Return the environment that `command` is to be run in."""
        handed_over = {k: v for k, v in container.env.items() if k not in OF_THE_CLIENT}
        return {**around, **handed_over}

    def has(self, image: str) -> bool:
        """Whether *image* is on this machine."""
        return self._run("image", "inspect", image).returncode == 0

    def pull(self, image: str) -> None:
        """Fetch *image* from its registry; raises EngineError."""
        pulled = self._run("pull", "--quiet", image, seconds=None)
        if pulled.returncode:
            said = pulled.stderr.strip().splitlines() or [f"{self.program} pull {image} failed"]
            raise EngineError(said[-1])

    def remove(self, name: str) -> None:
        """Kill and remove a container, if it is there."""
        with suppress(subprocess.TimeoutExpired):
            self._run("rm", "--force", name)

    def remove_all_of(self, owner: str) -> None:
        """Kill and remove what the last life of a cloud left behind."""
        names = self._run("ps", "--all", "--quiet", "--filter", f"label={LABEL}={owner}")
        for name in names.stdout.split():
            self.remove(name)

    def _run(
        self, *words: str, seconds: float | None = ANSWER_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *words], capture_output=True, text=True, check=False, timeout=seconds
        )


def engine() -> Engine | None:
    """Return the machine's engine, docker before podman; nothing where neither answers."""
    for program in PROGRAMS:
        if shutil.which(program) and _answers(program):
            return Engine(program)
    return None


def _answers(program: str) -> bool:
    """Whether the engine is there now: one that is started later is found later."""
    return program in _known or _asked(program)


_known: set[str] = set()
"""Engines that have answered once, and are not asked again."""


def _asked(program: str) -> bool:
    try:
        asked = subprocess.run(
            [program, "info"], capture_output=True, check=False, timeout=ANSWER_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    if asked.returncode == 0:
        _known.add(program)
    return asked.returncode == 0
