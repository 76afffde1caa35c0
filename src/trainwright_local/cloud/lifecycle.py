"""Starting a cloud detached, stopping it, and knowing whether it runs."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from trainwright_local.cloud import doctor, locks, ports, record
from trainwright_local.cloud.checks import Check
from trainwright_local.cloud.errors import (
    NotHealthyError,
    NotStoppedError,
    PortTakenError,
    RequirementError,
    RunningElsewhereError,
)
from trainwright_local.cloud.record import CloudInfo
from trainwright_local.cloud.server import LOCK_NAME

DEFAULT_PORT = 4577
DEFAULT_REGION = "us-east-1"
LOG_NAME = "cloud.log"
TAIL_LINES = 12


def up(  # noqa: PLR0913 - what a cloud is told, of which most is told to none
    state_dir: Path,
    port: int = DEFAULT_PORT,
    region: str = DEFAULT_REGION,
    cache_dir: Path | None = None,
    timeout_seconds: float = 60,
    access_log: Path | None = None,
    *,
    sam: bool = True,
    settings: Mapping[str, float] | None = None,
) -> CloudInfo:
    """Start the cloud of a state folder unless it runs, and return where it answers.

    Unless *sam*, the machine need not have what the SAM CLI builds with. *settings* are those of
    the local SageMaker that are to be other than usual.
    """
    state_dir = state_dir.resolve()
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locks.locked(state_dir / "lifecycle.lock"):
        if running := status(state_dir):
            if (running.port, running.region) != (port, region):
                raise RunningElsewhereError(state_dir, running.port, running.region)
            return running
        _require_needs(doctor.needs_of_up(state_dir, port, cache_dir, sam=sam), port)
        words = _words(port, region, cache_dir, access_log)
        words += [f"--set={name}={value}" for name, value in (settings or {}).items()]
        pid = _start(state_dir, words)
        try:
            return _wait_until_healthy(state_dir, port, pid, timeout_seconds)
        except BaseException:  # Ctrl-C too: a cloud nobody was told of must not stay
            _end(state_dir, pid, timeout_seconds=5)
            raise


def down(state_dir: Path, timeout_seconds: float = 20) -> bool:
    """Stop the cloud of a state folder; return whether one was running."""
    state_dir = state_dir.resolve()
    if not state_dir.exists():
        return False
    with locks.locked(state_dir / "lifecycle.lock"):
        info = status(state_dir)
        if info:
            _end(state_dir, info.pid, timeout_seconds)
        (state_dir / record.FILE_NAME).unlink(missing_ok=True)
    return info is not None


def status(state_dir: Path) -> CloudInfo | None:
    """Return where the cloud of a state folder answers, or None if it does not run."""
    return record.read(state_dir) if locks.is_locked(state_dir / LOCK_NAME) else None


def _require_needs(needs: Iterable[Check], port: int) -> None:
    if not ports.is_free(port):
        raise PortTakenError(port, ports.owner(port))
    for check in needs:
        if not check.ok:
            raise RequirementError(f"{check.name}: {check.detail}; {check.remedy}")


def _words(port: int, region: str, cache_dir: Path | None, access_log: Path | None) -> list[str]:
    words = ["--port", str(port), "--region", region]
    if cache_dir:
        words += ["--cache", str(cache_dir.resolve())]
    if access_log:
        words += ["--access-log", str(access_log.resolve())]
    return words


def _start(state_dir: Path, words: Sequence[str]) -> int:
    """Start the process in a session of its own, and return its pid."""
    log_file = state_dir / LOG_NAME
    if log_file.exists():
        log_file.replace(log_file.with_suffix(".log.1"))
    (state_dir / record.FILE_NAME).unlink(missing_ok=True)
    module = ["-I", "-m", "trainwright_local.cloud.server", "--log", str(log_file)]
    module += ["--state", str(state_dir)]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    # Not `subprocess`, which holds whoever starts a process to waiting for its end.
    return os.posix_spawn(
        sys.executable,
        [sys.executable, *module, *words],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log_file, flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _wait_until_healthy(state_dir: Path, port: int, pid: int, timeout_seconds: float) -> CloudInfo:
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if _has_ended(pid):
            raise _not_healthy(state_dir, "its process ended")
        if (info := status(state_dir)) and _answers(port):
            return info
        time.sleep(0.05)
    raise _not_healthy(state_dir, f"no answer within {timeout_seconds:g} s")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _not_healthy(state_dir: Path, reason: str) -> NotHealthyError:
    log_file = state_dir / LOG_NAME
    lines = log_file.read_text(errors="replace").splitlines()
    return NotHealthyError(reason, log_file, lines[-TAIL_LINES:])


def _end(state_dir: Path, pid: int, timeout_seconds: float) -> None:
    """Ask the process to end, then make it; its lock tells when it has."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if _has_ended(pid):
            return
        os.kill(pid, how)
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if _has_ended(pid) or not locks.is_locked(state_dir / LOCK_NAME):
                return
            time.sleep(0.05)
    raise NotStoppedError(pid)


def _has_ended(pid: int) -> bool:
    """Say whether the process is gone, burying it if it was this one's child."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not _exists(pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
