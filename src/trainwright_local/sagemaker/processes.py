"""Processes of jobs and endpoints: lines out, signals in, and nothing survives the cloud.

Each runs under `supervisor.py`: a second small process is the price of a tree that dies whole even
when the cloud is killed with SIGKILL. One that has started already waits for the next order, since
its start is a good part of what a short job takes.
"""

import atexit
import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from trainwright_local.sagemaker.supervisor import LENGTH_DIGITS

MAX_LINE = 256 * 1024
"""Longest line delivered, in bytes; a longer one comes in pieces."""

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_READ_SIZE = 64 * 1024
_DRAIN_SECONDS = 5.0
_log = logging.getLogger(__name__)

type OnLine = Callable[[str], None]


class Process:
    """A supervised tree of processes; made by `spawn`."""

    def __init__(
        self, popen: subprocess.Popen[bytes], lifeline: int, reader: threading.Thread
    ) -> None:
        self._popen = popen
        self._lifeline = lifeline
        self._reader = reader
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """Process id of the supervisor; the process itself is its child."""
        return self._popen.pid

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        code = self._popen.poll()
        return None if code is None else _as_shell(code)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once the tree has ended and every line is delivered.

        It is 128 + N after signal N. Raises TimeoutError when it takes more than *timeout* seconds.
        """
        try:
            code = self._popen.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"process {self.pid} still runs after {timeout} s") from error
        self._reader.join(
            _DRAIN_SECONDS
        )  # bounded: where there is no subreaper an escaped process may hold the pipe
        self._release()
        return _as_shell(code)

    def terminate(self, grace: float) -> int:
        """Ask the main process to end, kill the tree after *grace* seconds; return the code."""
        self._send(b"T")
        try:
            return self.wait(grace)
        except TimeoutError:
            return self.kill()

    def kill(self) -> int:
        """Kill the whole tree at once and return the exit code."""
        self._send(b"K")
        return self.wait()

    def _send(self, command: bytes) -> None:
        with self._lock:
            if self._lifeline >= 0:
                with contextlib.suppress(BrokenPipeError):  # it has just ended by itself
                    os.write(self._lifeline, command)

    def _release(self) -> None:
        with self._lock:
            if self._lifeline >= 0:
                os.close(self._lifeline)
                self._lifeline = -1


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    on_line: OnLine,
    wrapper: Sequence[str] = (),
) -> Process:
    """Start *argv*; *on_line* gets each line of stdout and stderr, in order, on one other thread.

    A slow *on_line* slows the process through its pipe: memory is bounded and no line is lost.
    A *wrapper* is a command that runs *argv* as its only child, e.g. in a sandbox.
    """
    order = _order([*wrapper, *argv], env, cwd, is_wrapped=bool(wrapper))
    popen, lifeline = _ahead.take(order)
    reader = threading.Thread(
        target=_deliver, args=(popen, on_line), name=f"lines-{popen.pid}", daemon=True
    )
    reader.start()
    return Process(popen, lifeline, reader)


class _Supervisor(NamedTuple):
    popen: subprocess.Popen[bytes]
    lifeline: int


class _Ahead:
    """The supervisor that waits for the next order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: _Supervisor | None = None

    def take(self, order: bytes) -> _Supervisor:
        """Give a supervisor that carries out *order*, and have another one started."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        threading.Thread(target=self._prepare, name="supervisor", daemon=True).start()
        if waiting is not None:
            with contextlib.suppress(BrokenPipeError):  # it was killed while it waited
                _send(order, waiting)
                return waiting
            _dismiss(waiting)
        started = _started()
        _send(order, started)
        return started

    def close(self) -> None:
        """Let the one that waits end."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            _dismiss(waiting)

    def _prepare(self) -> None:
        started = _started()
        with self._lock:
            if self._waiting is None:
                self._waiting = started
                return
        _dismiss(started)


_ahead = _Ahead()
atexit.register(_ahead.close)


def _started() -> _Supervisor:
    lifeline_reading, lifeline = os.pipe()
    try:
        popen = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SUPERVISOR), str(lifeline_reading)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lifeline_reading,),
            bufsize=0,
        )
    except BaseException:
        os.close(lifeline)
        raise
    finally:
        os.close(lifeline_reading)
    return _Supervisor(popen, lifeline)


def _order(argv: Sequence[str], env: Mapping[str, str], cwd: Path, *, is_wrapped: bool) -> bytes:
    """Write what to run as `supervisor.read_order` reads it."""
    variables = (f"{name}={value}" for name, value in env.items())
    texts = ["1" if is_wrapped else "0", str(cwd), str(len(argv)), *argv, *variables]
    order = b"\0".join(map(os.fsencode, texts))
    return f"{len(order):0{LENGTH_DIGITS}}".encode() + order


def _send(order: bytes, supervisor: _Supervisor) -> None:
    while order:
        order = order[os.write(supervisor.lifeline, order) :]


def _dismiss(supervisor: _Supervisor) -> None:
    """Let a supervisor without an order end."""
    os.close(supervisor.lifeline)
    assert supervisor.popen.stdout is not None
    supervisor.popen.stdout.close()
    supervisor.popen.wait()


def _as_shell(code: int) -> int:
    """Return the code of a supervisor that was itself killed as that of what it supervised."""
    return 128 - code if code < 0 else code


def _deliver(popen: subprocess.Popen[bytes], on_line: OnLine) -> None:
    assert popen.stdout is not None
    reported = False
    with popen.stdout as output:
        for line in _lines(output):
            try:
                on_line(line.rstrip(b"\r").decode(errors="replace"))
            except Exception:
                # A boundary: a failing listener must not leave the process stuck on a full pipe.
                if not reported:
                    _log.exception("Output of process %s could not be delivered", popen.pid)
                reported = True


def _lines(output: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := output.read(_READ_SIZE):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield from _pieces(line)
        while len(rest) >= MAX_LINE:
            yield rest[:MAX_LINE]
            rest = rest[MAX_LINE:]
    if rest:
        yield rest


def _pieces(line: bytes) -> Iterator[bytes]:
    for start in range(0, max(1, len(line)), MAX_LINE):
        yield line[start : start + MAX_LINE]
