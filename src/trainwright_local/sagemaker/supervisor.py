"""The parent of one process of a job or an endpoint: it ends the tree with it or with the cloud.

Run as ``python -I -S supervisor.py LIFELINE`` by `processes.spawn`; few imports, because its
start-up time is everybody's. *LIFELINE* is a pipe held open by the cloud. First comes an order:
what to run, where, with what variables. Then a ``T`` asks the main process to end (SIGTERM), a
``K`` or the pipe's end -- the cloud is gone, however it went -- kills everything. The main process
is what was ordered, or its only child when that is a wrapper: what makes a sandbox is not what runs
in it, and would not hand on a signal. On Linux the supervisor is the subreaper of what it starts,
so a descendant that left its session and lost its parent is still found. Elsewhere the main
process' group is killed, and what left that group escapes.
"""

import os
import select
import signal
import sys

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
NOT_FOUND, NOT_EXECUTABLE = 127, 126
LENGTH_DIGITS = 8

if LINUX:
    import ctypes

    prctl = ctypes.CDLL(None).prctl


def main() -> int:
    """Run the process to its end; return its exit code, or 128 + N when signal N ended it."""
    lifeline = int(sys.argv[1])
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wakeup = watch_signals()
    order = read_order(lifeline)
    if order is None:
        return 0
    is_wrapped, folder, argv, env = order
    try:
        os.chdir(folder)
    except OSError as error:
        os.write(2, b"cannot go to %s: %s\n" % (folder, str(error.strerror).encode()))
        return NOT_EXECUTABLE
    child = os.fork()
    if child == 0:
        os.close(lifeline)
        become(argv, env)
    status = supervise(child, lifeline, wakeup, is_wrapped)
    if status is None:
        status = 128 + signal.SIGKILL
    end_tree(child)
    return status


def read_order(lifeline: int) -> tuple[bool, bytes, list[bytes], dict[bytes, bytes]] | None:
    """Read what to run; None if the cloud ends before it says so.

    As `processes` writes it: the length, and as many bytes of texts with zeros between them. They
    are whether the command is a wrapper, the folder, the number of words, these, the variables.
    """
    length = read_all(lifeline, LENGTH_DIGITS)
    text = read_all(lifeline, int(length)) if length else b""
    if not text:
        return None
    is_wrapped, folder, count, *rest = text.split(b"\0")
    words, variables = rest[: int(count)], rest[int(count) :]
    env = dict(variable.split(b"=", 1) for variable in variables)
    return is_wrapped == b"1", folder, words, env


def read_all(lifeline: int, length: int) -> bytes:
    """Read so many bytes, or nothing if there are fewer."""
    found = b""
    while len(found) < length:
        more = os.read(lifeline, length - len(found))
        if not more:
            return b""
        found += more
    return found


def watch_signals() -> int:
    """Turn SIGCHLD and SIGTERM into bytes in a pipe; return its reading end."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reading


def become(argv: list[bytes], env: dict[bytes, bytes]) -> None:
    """Replace this forked process by *argv*, in its own session and with default signals."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    if LINUX:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        os.execvpe(argv[0], argv, env)  # noqa: S606 -- this is what it is for; there is no shell
    except OSError as error:
        os.write(2, b"cannot run %s: %s\n" % (argv[0], str(error.strerror).encode()))
        os._exit(NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE)


def supervise(child: int, lifeline: int, wakeup: int, wrapped: bool) -> int | None:
    """Return the exit code of *child* at its end, or None when everything is to be killed."""
    poll = select.poll()
    for descriptor in (lifeline, wakeup):
        poll.register(descriptor, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        if wakeup in ready:
            signals = os.read(wakeup, 512)
            status = reap(child)
            if status is not None:
                return status
            if signal.SIGTERM in signals:
                return None
        if lifeline in ready:
            commands = os.read(lifeline, 512)
            if not commands or b"K" in commands:
                return None
            terminate(child, wrapped)


def terminate(child: int, wrapped: bool) -> None:
    """Send SIGTERM to the main process; a wrapper that has not started it yet gets it itself."""
    for pid in (wrapped and children_of(child)) or [child]:
        try:  # noqa: SIM105 -- contextlib takes a third of the start-up time
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


def reap(child: int) -> int | None:
    """Collect every ended process, orphans included; return the exit code of *child* if there."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            code = 128 - code if code < 0 else code


def end_tree(child: int) -> None:
    """Kill what is left until nothing is; each death hands its children over to us."""
    if not LINUX:
        try:  # noqa: SIM105 -- as above
            os.killpg(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        return
    while pids := children():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            os.waitpid(pid, 0)


def children() -> list[int]:
    """Return our direct children, the adopted ones included; empty without a look when none."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return []
    return children_of(os.getpid())


def children_of(pid: int) -> list[int]:
    """Return the direct children of process *pid*."""
    # pathlib would double the start-up time.
    names = filter(str.isdigit, os.listdir("/proc"))  # noqa: PTH208
    return [int(name) for name in names if parent_of(name) == pid]


def parent_of(name: str) -> int | None:
    """Return the parent of process *name*, or None when it has just ended."""
    try:
        with open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123 -- as above
            return int(stat.read().rpartition(b")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


if __name__ == "__main__":
    os._exit(main())
