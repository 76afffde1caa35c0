"""The Python environments that stand in for framework images, made once for each content.

An environment is what the image carries plus the algorithm's requirements, which may change the
image's versions as they do in the container. It is named by the hash of what went into it, made
under another name and renamed when complete, so that what is found under a name is whole. One
builder at a time: a file lock, which the kernel drops with its holder, covers threads and processes
alike. The price: environments are never updated, and stay in the cache until it is deleted.
"""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import uv

from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.images import Image, image_of
from trainwright_local.sagemaker.processes import Process, spawn

_LAST_LINES = 12
_LOOK_SECONDS = 0.1
_INCLUDE = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[\s=]+(?P<path>\S+)", re.MULTILINE)
# What uv says when no answer came at all; its exit code does not tell that from other errors.
_UNREACHABLE = ("error sending request for url", "network was disabled")
# These would point uv at an environment other than the one it is to make.
_MISLEADING = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "UV_PYTHON", "UV_TARGET")


class EnvironmentBuildError(Exception):
    """An environment could not be made; the message ends with what uv said last."""


class BuildStoppedError(Exception):
    """Whoever wanted the environment wants it no more."""


class IndexUnreachableError(EnvironmentBuildError):
    """The package index did not answer, which is no fault of the requirements."""


@dataclass(frozen=True)
class Environment:
    """A complete environment on disk."""

    root: Path

    @property
    def python(self) -> Path:
        """The interpreter that sees the environment's packages."""
        return self.root / "bin" / "python"


type Stopped = Callable[[], bool]
"""Says that an environment is no longer wanted, asked again and again while it is made."""


def environment_for(
    image: str | Image,
    requirements: Path | None,
    config: SageMakerConfig,
    *,
    package: Path | None = None,
    stopped: Stopped = lambda: False,
) -> Environment:
    """Return the environment of *image* with *requirements*, built now if it does not exist.

    An *image* is known by its URI, or described. A *package* is a folder with a setup.py, to be
    installed too. Raises BuildStoppedError soon after *stopped* says so.
    """
    carried = image_of(image) if isinstance(image, str) else image
    folder = config.cache_dir / "environments"
    root = folder / f"{carried.repository}-{_content(carried, requirements, package)}"
    environment = Environment(root)
    # A link whose interpreter has been uninstalled does not exist either.
    if not environment.python.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _only_builder(folder / f"{root.name}.lock", stopped):
            if not environment.python.exists():
                _Build(root, stopped).run(carried, requirements, package)
    return environment


def _content(image: Image, requirements: Path | None, package: Path | None) -> str:
    digest = hashlib.sha256(repr((image, platform.platform(), platform.python_version())).encode())
    for pinned in image.build:
        digest.update(f"\0{pinned}".encode())
    for path in (*_stand_ins(image), *(_files(requirements, set()) if requirements else ())):
        digest.update(b"\0" + path.read_bytes())
    if package is not None:
        for path in filter(Path.is_file, sorted(package.rglob("*"))):
            digest.update(f"\0{path.relative_to(package)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _stand_ins(image: Image) -> list[Path]:
    return [Path(__file__).parent / "stand_ins" / f"{name}.py" for name in image.stand_ins]


def _files(requirements: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield *requirements* and the files it includes, each once."""
    if requirements in seen or not requirements.is_file():
        return
    seen.add(requirements)
    yield requirements
    for found in _INCLUDE.finditer(requirements.read_text(errors="replace")):
        yield from _files(requirements.parent / found["path"], seen)


@contextmanager
def _only_builder(path: Path, stopped: Stopped) -> Iterator[None]:
    with path.open("w") as lock:
        while not _locked(lock):
            if stopped():
                raise BuildStoppedError
            time.sleep(_LOOK_SECONDS)
        yield


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def variables_for_uv(around: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that uv makes environments with, given those *around* it."""
    env = {name: value for name, value in around.items() if name not in _MISLEADING}
    if places := _find_links_of_pip():
        env.setdefault("UV_FIND_LINKS", places)
    return env


@cache
def _find_links_of_pip() -> str:
    """Say where pip is told to look for packages: uv reads no settings of pip's."""
    command = [sys.executable, "-m", "pip", "config", "get", "global.find-links"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    places = os.environ.get("PIP_FIND_LINKS") or asked.stdout
    return ",".join(places.split())


def _put(stand_in: Path, environment: Path) -> None:
    """Add a module to *environment*, and the line that makes every interpreter there run it."""
    (packages,) = environment.glob("lib/python*/site-packages")
    shutil.copy(stand_in, packages)
    (packages / f"{stand_in.stem}.pth").write_text(f"import {stand_in.stem}\n")


class _Build:
    """Makes one environment, unless it is stopped."""

    def __init__(self, root: Path, stopped: Stopped) -> None:
        self._root = root
        self._stopped = stopped

    def run(self, image: Image, requirements: Path | None, package: Path | None) -> None:
        root = self._root
        unfinished = root.parent / f"{root.name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)  # of a builder that was killed
        self._uv("venv", "--relocatable", "--no-project", "--python", image.python, str(unfinished))
        install = ["pip", "install", "--python", str(unfinished / "bin" / "python")]
        if image.build:
            pinned = unfinished / "build.txt"
            pinned.write_text("\n".join(image.build))
            install += ["--build-constraints", str(pinned)]
        install += self._install_carried(image, install)
        for stand_in in _stand_ins(image):
            _put(stand_in, unfinished)
        if image.fixed:
            constraints = unfinished / "fixed.txt"
            constraints.write_text("\n".join(image.fixed))
            install += ["--constraint", str(constraints)]
        if requirements is not None:
            self._uv(*install, "-r", str(requirements), cwd=requirements.parent)
        if package is not None:
            self._uv(*install, str(package), cwd=package)
        shutil.rmtree(root, ignore_errors=True)
        unfinished.rename(root)

    def _install_carried(self, image: Image, install: list[str]) -> tuple[str, ...]:
        """Install what the image carries, and return the options that this took."""
        packages = (*image.fixed, *image.packages)
        try:
            self._uv(*install, *packages)
        except IndexUnreachableError:
            raise
        except EnvironmentBuildError:
            if not image.otherwise:
                raise
        else:
            return ()
        self._uv(*install, *image.otherwise, *packages)
        return image.otherwise

    def _uv(self, *arguments: str, cwd: Path = Path("/")) -> None:
        lines: deque[str] = deque(maxlen=_LAST_LINES)
        env = variables_for_uv(os.environ)
        command = [uv.find_uv_bin(), *arguments, "--no-progress", "--color", "never"]
        if self._ended(spawn(command, env=env, cwd=cwd, on_line=lines.append)) == 0:
            return
        said = "\n".join(lines)
        if any(sign in said for sign in _UNREACHABLE):
            raise IndexUnreachableError(
                "The package index cannot be reached, so the packages of the algorithm cannot be "
                f"installed; check the network or the index that uv is set to.\n{said}"
            )
        raise EnvironmentBuildError(f"The packages of the algorithm cannot be installed.\n{said}")

    def _ended(self, process: Process) -> int:
        while True:
            try:
                return process.wait(_LOOK_SECONDS)
            except TimeoutError:
                if self._stopped():
                    process.kill()
                    raise BuildStoppedError from None
