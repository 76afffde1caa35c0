"""Container engines: what docker or podman is told, and what it says.

Secrets are handed over by name in the environment of the engine's client, never on a command line.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

NETWORKS = {"docker": "bridge", "podman": "slirp4netns:allow_host_loopback=true"}
"""Each engine that is known, and how a container gets a network of its own from it."""
SLIRP_MACHINE = "10.0.2.2"
"""This machine's loopback, as slirp4netns shows it."""
GATEWAY = "{{(index .IPAM.Config 0).Gateway}}"
LOOPBACK = ("127.0.0.1:", "localhost:")
LABEL = "trainwright.cloud"
UNGUARDED = ("--security-opt", "label=disable")
"""Where SELinux guards the machine, a container would not see the folders that it is shown."""
SERVING_PORT = 8080
"""Where SageMaker expects a model's container to listen."""
ANSWER_SECONDS = 20
OF_THE_CLIENT = {"HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"}
"""What the engine's client needs for itself, so a container's own goes by the command line."""


class EngineError(Exception):
    """The engine said no, or there is none; the message is what it said."""


@dataclass(frozen=True)
class Launch:
    """A container that is to run, and what it is given."""

    image: str
    volumes: Mapping[Path, str]
    """Folders of this machine, and where they are in the container; with `:ro` not to write to."""
    env: Mapping[str, str] = field(repr=False)
    entrypoint: Sequence[str] = ()
    arguments: Sequence[str] = ()
    host: str = ""
    fellows: Sequence[str] = ()
    """Hosts of the same job, each of which has an address of the loopback."""
    isolated: bool = False
    port: int = 0
    """Of this machine, where the container's is to be found: gives it a network of its own."""
    name: str = ""
    owner: str = ""
    """The cloud that it belongs to: what it leaves behind is removed by that cloud alone."""


@dataclass(frozen=True)
class Engine:
    """A program that runs containers, as docker's command line does."""

    program: str
    patience: float = ANSWER_SECONDS

    def command(self, launch: Launch) -> list[str]:
        """Return what runs a container in the foreground and ends with its exit code."""
        words = [self.program, "run", "--rm", *UNGUARDED, "--name", launch.name]
        words += ["--label", f"{LABEL}={launch.owner}"]
        words += self._network(launch)
        words += ["--hostname", launch.host] if launch.host else []
        for number, fellow in enumerate(launch.fellows, 1):
            words += ["--add-host", f"{fellow}:127.0.0.{number}"]
        for folder, inside in launch.volumes.items():
            words += ["--volume", f"{folder}:{inside}"]
        for name, value in launch.env.items():
            words += ["--env", f"{name}={value}" if name in OF_THE_CLIENT else name]
        if launch.entrypoint:
            words += ["--entrypoint", launch.entrypoint[0]]
        return [*words, launch.image, *launch.entrypoint[1:], *launch.arguments]

    def variables(self, launch: Launch, around: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Return the environment that `command` is to be run in."""
        handed_over = {k: v for k, v in launch.env.items() if k not in OF_THE_CLIENT}
        return {**around, **handed_over}

    def machine(self) -> str:
        """Return the address of this machine for containers that have a network of their own."""
        if "slirp4netns" in NETWORKS[self.program]:
            return SLIRP_MACHINE
        return self._said("network", "inspect", "bridge", "--format", GATEWAY)

    def fetch(self, image: str) -> None:
        """Get *image* from its registry unless it is on this machine; raises EngineError."""
        if self._run("image", "inspect", image).returncode:
            # docker knows by itself that a registry on loopback has no TLS.
            unsafe = self.program == "podman" and image.startswith(LOOPBACK)
            plain = ["--tls-verify=false"] if unsafe else []
            self._said("pull", "--quiet", *plain, image, patient=True)

    def remove(self, name: str) -> None:
        """Kill and remove a container, if it is there."""
        with suppress(EngineError):
            self._run("rm", "--force", name)

    def owner(self) -> str:
        """Return the user of this process, and the group, as root of a container sees them."""
        # Root of a container is the user himself where podman needs no root.
        return "0:0" if self.program == "podman" else f"{os.getuid()}:{os.getgid()}"

    def hand_over(self, folder: Path, image: str, owner: str) -> None:
        """Let *owner* have what containers wrote into *folder*, if the *image* has a `chown`."""
        words = ["--network", "none", "--user", "0", "--volume", f"{folder}:{folder}"]
        chown = ["--entrypoint", "chown", image, "-R", owner, str(folder)]
        with suppress(EngineError):
            self._run("run", "--rm", *UNGUARDED, *words, *chown, patient=True)

    def remove_all_of(self, owner: str) -> None:
        """Kill and remove what the last life of a cloud left behind."""
        with suppress(EngineError):
            names = self._said("ps", "--all", "--quiet", "--filter", f"label={LABEL}={owner}")
            for name in names.split():
                self.remove(name)

    def _network(self, launch: Launch) -> list[str]:
        if not launch.port:
            return ["--network", "none" if launch.isolated else "host"]
        published = f"127.0.0.1:{launch.port}:{SERVING_PORT}"
        return ["--network", NETWORKS[self.program], "--publish", published]

    def _said(self, *words: str, patient: bool = False) -> str:
        done = self._run(*words, patient=patient)
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"{self.program} {words[0]} failed"]
            raise EngineError(said[-1])
        return done.stdout.strip()

    def _run(self, *words: str, patient: bool = False) -> subprocess.CompletedProcess[str]:
        command, seconds = [self.program, *words], None if patient else self.patience
        try:
            return subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=seconds
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"{self.program} has not answered for {seconds:g} s") from error


def engine() -> Engine | None:
    """Return the machine's engine, docker before podman; nothing where neither answers."""
    for program in NETWORKS:
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
