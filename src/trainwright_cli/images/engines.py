"""docker, podman and buildah: what each is told to build an image and to push it.

SageMaker takes images in docker's manifest format only, so that podman and buildah are told to use
it, and docker to add no attestations, which would wrap the image in an index of OCI's.
"""

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trainwright_cli.errors import CliError

NAMES = ("docker", "podman", "buildah")
SECRETS = ("pip", "uv")
_STEP = re.compile(r"^(?:#\d+ \[(?:\S+ )?(\d+)/(\d+)\]|STEP (\d+)/(\d+))")
_LAST_LINES = 15
_ANSWER_SECONDS = 20

type Progress = Callable[[int, int], None]
"""Told which step of how many an engine has come to."""


@dataclass(frozen=True)
class Build:
    """What is to be built, and with what."""

    context: Path
    tag: str
    platform: str
    arguments: Mapping[str, str]
    secrets: Mapping[str, Path] = field(default_factory=dict)
    """Settings of pip and of uv, which no layer of the image keeps."""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Engine:
    """A program that builds images."""

    program: str

    def build_command(self, build: Build) -> list[str]:
        """Return what builds an image."""
        words = [self.program, "build", "--platform", build.platform, "--tag", build.tag]
        if self.program == "docker":
            words += ["--progress", "plain"]
        else:
            words += ["--format", "docker"]
        for name, value in build.arguments.items():
            words += ["--build-arg", f"{name}={value}"]
        for name, value in build.labels.items():
            words += ["--label", f"{name}={value}"]
        for name, file in build.secrets.items():
            words += ["--secret", f"id={name},src={file}"]
        return [*words, str(build.context)]

    def push_command(self, tag: str, *, plain_http: bool) -> list[str]:
        """Return what pushes an image; docker needs no telling that loopback has no TLS."""
        if self.program == "docker":
            return [self.program, "push", tag]
        unsafe = ["--tls-verify=false"] if plain_http else []
        return [self.program, "push", "--format", "v2s2", *unsafe, tag]

    def build(self, build: Build, progress: Progress) -> None:
        """Build an image; a CliError shows what the engine said last."""
        self._run(self.build_command(build), f"{build.tag} cannot be built", progress)

    def push(self, tag: str, target: str, *, plain_http: bool) -> None:
        """Push the image *tag* under the name *target*."""
        self._run([self.program, "tag", tag, target], f"{tag} cannot be named {target}")
        command = self.push_command(target, plain_http=plain_http)
        self._run(command, f"{target} cannot be pushed")

    def log_in(self, registry: str, password: str) -> None:
        """Log in to ECR, whose user is always `AWS`."""
        command = [self.program, "login", "--username", "AWS", "--password-stdin", registry]
        done = subprocess.run(command, input=password, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CliError(f"{self.program} cannot log in to {registry}: {done.stderr.strip()}")

    def has(self, tag: str) -> bool:
        """Whether the image is on this machine."""
        inspect = (
            ["inspect", "--type", "image"] if self.program == "buildah" else ["image", "inspect"]
        )
        command = [self.program, *inspect, tag]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _run(
        self, command: list[str], complaint: str, progress: Progress = lambda *_: None
    ) -> None:
        last: deque[str] = deque(maxlen=_LAST_LINES)
        # For docker: no attestations. The others do not know the variables.
        env = {**os.environ, "DOCKER_BUILDKIT": "1", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
        with subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                last.append(line.rstrip())
                for step in steps(line):
                    progress(*step)
        if process.returncode:
            raise CliError("\n".join([f"{complaint}; {self.program} said last:", *last]))


def steps(line: str) -> Iterator[tuple[int, int]]:
    """Find which step of how many a *line* of an engine's output begins."""
    if found := _STEP.match(line):
        number, total = (part for part in found.groups() if part)
        yield int(number), int(total)


def engine_named(name: str | None) -> Engine:
    """Return the engine *name*, or the first that answers; a CliError says what is missing."""
    for program in (name,) if name else NAMES:
        if shutil.which(program) and _answers(program):
            return Engine(program)
    wanted = name or ", ".join(NAMES[:-1]) + " or " + NAMES[-1]
    raise CliError(
        f"no container engine: {wanted} does not answer; install one, start it, or "
        "use --engine none, which makes images of the scripts alone for the local cloud"
    )


def _answers(program: str) -> bool:
    try:
        asked = subprocess.run(
            [program, "info"], capture_output=True, check=False, timeout=_ANSWER_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0
