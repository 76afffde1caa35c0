"""An engine with an image in it, made of this machine's own programs: no registry is asked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from trainwright_local.sagemaker.containers.engine import engine

IMAGE = f"trainwright-test-{os.getpid()}:1"
"""Of this process alone: an engine may serve several at once."""
PROGRAMS = ("sh", "cat", "chown", "env", "ls", "sleep")
SOURCES = Path(__file__).with_name("image")
IMPORTED = """
import http.client, http.server, json, os, pathlib, signal, sys, urllib.parse
import encodings.latin_1, encodings.idna
print(*(m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)), sep="\\n")
"""
CONTAINERS_CONF = """
[containers]
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=8192:8192"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
STORAGE_CONF = '[storage]\ndriver = "overlay"\ngraphroot = "{0}/root"\nrunroot = "{0}/run"\n'


def settings(folder: Path) -> dict[str, str]:
    """Give podman as root a storage of the test's own, and what it can do without a system bus."""
    present = engine()
    if present is None or present.program != "podman" or os.getuid():
        return {}
    runtime = '\nruntime = "runc"\n' if shutil.which("runc") else ""
    (folder / "containers.conf").write_text(CONTAINERS_CONF + runtime)
    (folder / "storage.conf").write_text(STORAGE_CONF.format(folder))
    return {
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }


def program(*words: str) -> str:
    """Return what the engine says to *words*."""
    present = engine()
    assert present is not None
    done = subprocess.run([present.program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def import_image(folder: Path) -> None:
    """Make the image: a few programs, as much of Python as `serve` imports, and their libraries."""
    root = folder / "image"
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "tmp").mkdir()
    (root / "bin").symlink_to("usr/bin")
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found
        shutil.copy(found, root / "usr" / "bin" / name)
        copy_libraries([Path(found)], root)
    copy_python(root)
    for source in SOURCES.iterdir():
        shutil.copy(source, root / "usr" / "bin" / source.name)
    subprocess.run(["tar", "-C", root, "-cf", folder / "image.tar", "."], check=True)
    program("import", "--change", "ENV PATH=/usr/bin", str(folder / "image.tar"), IMAGE)


def copy_python(root: Path) -> None:
    """Copy what `serve` needs of this Python to where it looks for it: below its prefix."""
    base = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}").resolve()
    listed = subprocess.run(
        [base, "-I", "-S", "-c", IMPORTED], capture_output=True, text=True, check=True
    )
    files = {base, *map(Path, listed.stdout.split())}
    for package in {file.parent for file in files if file.with_name("__init__.py").is_file()}:
        files |= set(package.glob("*.py"))
    for file in files:
        target = root / file.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    copy_libraries([file for file in files if file.suffix != ".py"], root)
    (root / "usr" / "bin" / "python3").symlink_to(base)


def copy_libraries(programs: Iterable[Path], root: Path) -> None:
    """Copy what *programs* are linked with."""
    for linked in programs:
        libraries = subprocess.run(["ldd", linked], capture_output=True, text=True, check=False)
        for word in libraries.stdout.split():
            if word.startswith("/") and not word.endswith(":"):
                (root / word[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(word, root / word[1:])
