"""What the local cloud needs of the machine, each need a line that says what to do about it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import uv

from trainwright_local.cloud import ports, record
from trainwright_local.cloud.checks import Check, last_cause, met, unmet
from trainwright_local.cloud.environment import default_cache_dir
from trainwright_local.cloud.toolchains import toolchains

NEEDED_BYTES = 2 * 10**9
RUNTIME = (3, 13)
RUNTIME_NAME = "python3.13"
LOOK_SECONDS = 15
INDEX_SECONDS = 20
TINY_PACKAGE = "six"


def checks(state_dir: Path, port: int, cache_dir: Path | None = None) -> list[Check]:
    """Check everything, the package index too, which takes a few seconds without a network."""
    return [
        *needs_of_up(state_dir, port, cache_dir),
        _uv(),
        package_index(),
        _sam(),
        *toolchains(),
        _optional("bubblewrap", "bwrap", "jobs that insist on /opt/ml"),
        _optional("container engine", "docker", "algorithms that are images", "podman"),
    ]


def needs_of_up(
    state_dir: Path, port: int, cache_dir: Path | None = None, *, sam: bool = True
) -> list[Check]:
    """Check what starting the cloud needs, and without *sam* nothing more; fast."""
    cache_dir = cache_dir or default_cache_dir(os.environ)
    return [
        _port(port, state_dir),
        _disk("disk space for the state", state_dir),
        _disk("disk space for the cache", cache_dir),
        *([_python()] if sam else []),
    ]


def package_index() -> Check:
    """Check that uv can resolve a tiny package, by whatever index it is configured to use."""
    command = [
        *(uv.find_uv_bin(), "pip", "install", "--dry-run", "--no-cache", "--no-deps", "--quiet"),
        *("--python", sys.executable, "--target", tempfile.gettempdir(), TINY_PACKAGE),
    ]
    quickly = os.environ | {"UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "1"}
    remedy = "check the network, the proxy, and UV_INDEX_URL or uv.toml if you use a mirror"
    try:
        found = subprocess.run(
            command, env=quickly, capture_output=True, text=True, timeout=INDEX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return unmet("package index", f"no answer in {INDEX_SECONDS} s", remedy)
    if found.returncode:
        return unmet("package index", last_cause(found.stderr), remedy)
    return met("package index", "reachable")


def _port(port: int, state_dir: Path) -> Check:
    if ports.is_free(port):
        return met("port", f"{port} is free")
    pid = ports.owner(port)
    ours = record.read(state_dir)
    if ours and ours.pid == pid:
        return met("port", f"{port} is this cloud's")
    taken = f"{port} is taken by {f'process {pid}' if pid else 'another program'}"
    return unmet("port", taken, "stop it, or choose another with --port")


def _disk(name: str, folder: Path) -> Check:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / 10**9:.1f} GB free at {there}"
    if free >= NEEDED_BYTES:
        return met(name, detail)
    return unmet(name, detail, f"free {NEEDED_BYTES / 10**9:.0f} GB there, or use another folder")


def _python() -> Check:
    """Look for the interpreter that `sam build` will take: of the runtime's version, with pip."""
    for candidate in _candidates(RUNTIME_NAME, "python3", "python"):
        if _answers(candidate, f"import sys, pip; sys.exit(sys.version_info[:2] != {RUNTIME})"):
            return met(RUNTIME_NAME, str(candidate))
    return unmet(
        RUNTIME_NAME,
        f"no {RUNTIME_NAME} with pip on PATH, which `sam build` needs",
        "install it from python.org, with pyenv, or with `uv python install 3.13`",
    )


def _candidates(*names: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        for name in names:
            path = Path(folder) / name
            if os.access(path, os.X_OK):
                yield path


def _answers(python: Path, question: str) -> bool:
    try:
        asked = subprocess.run(
            [python, "-c", question], capture_output=True, timeout=LOOK_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _uv() -> Check:
    try:
        return met("uv", uv.find_uv_bin())
    except FileNotFoundError:
        return unmet("uv", "its program is missing", "install the project again")


def _sam() -> Check:
    beside = Path(sys.prefix).parent / ".sam" / "bin" / "sam"
    found = shutil.which("sam") or (str(beside) if beside.exists() else None)
    if found:
        return met("SAM CLI", found)
    return unmet("SAM CLI", "not found", "install it with `uv tool install aws-sam-cli`")


def _optional(name: str, program: str, purpose: str, alternative: str = "") -> Check:
    found = shutil.which(program) or shutil.which(alternative or program)
    if found:
        return replace(met(name, found), necessary=False)
    missing = unmet(name, f"not found; only for {purpose}", f"install {program} if you want them")
    return replace(missing, necessary=False)
