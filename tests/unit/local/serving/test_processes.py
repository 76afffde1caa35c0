"""Processes: lines in order, exit codes, and nothing left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from trainwright_local.sagemaker import processes
from trainwright_local.sagemaker.processes import MAX_LINE, Process, spawn

# A grandchild that outlives every polite request: it leaves the session, ignores SIGTERM and waits.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    time.sleep(600)
print("ready", flush=True)
time.sleep(float(sys.argv[1]))
"""


def started(tmp_path: Path, source: str, *arguments: str) -> tuple[Process, list[str]]:
    lines: list[str] = []
    argv = [sys.executable, "-c", textwrap.dedent(source), *arguments, str(tmp_path)]
    return spawn(argv, env=dict(os.environ), cwd=tmp_path, on_line=lines.append), lines


def processes_of(tmp_path: Path) -> list[int]:
    """Every process that works in the test's own folder."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _folder(entry) == tmp_path
    ]


def _folder(entry: Path) -> Path | None:
    try:
        return (entry / "cwd").readlink()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_lines_of_both_streams_arrive_in_the_order_in_which_they_were_written(
    tmp_path: Path,
) -> None:
    source = """
        import sys
        for number in range(200):
            print(number, file=sys.stderr if number % 2 else sys.stdout, flush=True)
        print("no newline at the end", end="")
    """

    process, lines = started(tmp_path, source)

    assert process.wait(60) == 0
    assert lines == [*map(str, range(200)), "no newline at the end"]


def test_the_exit_code_is_the_process_own(tmp_path: Path) -> None:
    process, _ = started(tmp_path, "raise SystemExit(7)")

    assert process.wait(60) == 7


def test_an_exit_by_signal_counts_as_a_shell_counts_it(tmp_path: Path) -> None:
    process, _ = started(tmp_path, "import os; os.kill(os.getpid(), 11)")

    assert process.wait(60) == 128 + 11


def test_a_program_that_is_not_there_ends_with_127_and_says_so(tmp_path: Path) -> None:
    lines: list[str] = []

    process = spawn(["/no/such/program"], env={}, cwd=tmp_path, on_line=lines.append)

    assert process.wait(60) == 127
    assert lines == ["cannot run /no/such/program: No such file or directory"]


def test_a_folder_that_is_not_there_ends_the_process_and_is_said(tmp_path: Path) -> None:
    lines: list[str] = []

    process = spawn(["true"], env={}, cwd=tmp_path / "gone", on_line=lines.append)

    assert process.wait(60) == 126
    assert lines == [f"cannot go to {tmp_path}/gone: No such file or directory"]


def test_an_order_may_be_longer_than_a_pipe_holds(tmp_path: Path) -> None:
    lines: list[str] = []
    env = {f"V{number}": "x" * 50_000 for number in range(6)}
    argv = [
        sys.executable,
        "-c",
        "import os; print(sum(len(os.environ[f'V{n}']) for n in range(6)))",
    ]

    process = spawn(argv, env=env, cwd=tmp_path, on_line=lines.append)

    assert process.wait(60) == 0
    assert lines == ["300000"]


def test_a_supervisor_that_was_killed_while_it_waited_is_replaced(tmp_path: Path) -> None:
    started(tmp_path, "pass")[0].wait(60)
    assert until(lambda: processes._ahead._waiting is not None)
    waiting = processes._ahead._waiting
    assert waiting is not None
    waiting.popen.kill()
    waiting.popen.wait(60)

    process, lines = started(tmp_path, "print('done all the same')")

    assert process.wait(60) == 0
    assert lines == ["done all the same"]


def test_an_endless_line_comes_in_pieces_and_loses_nothing(tmp_path: Path) -> None:
    lengths = [3 * MAX_LINE + 5, 0, *range(MAX_LINE - 9, MAX_LINE + 60_000, 7_000)]

    process, lines = started(tmp_path, f"for n in {lengths}: print('x' * n)")

    assert process.wait(60) == 0
    assert max(map(len, lines)) <= MAX_LINE
    assert "".join(lines) == "x" * sum(lengths)
    assert lines.count("") == 1


def test_a_listener_that_fails_does_not_stall_the_process_and_is_reported_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: str) -> None:
        raise ValueError

    argv = [sys.executable, "-c", "for _ in range(50_000): print('a line that fills the pipe')"]
    process = spawn(argv, env={}, cwd=tmp_path, on_line=refuse)

    assert process.wait(60) == 0
    assert len(caplog.records) == 1


def test_terminate_lets_the_process_end_in_its_own_way(tmp_path: Path) -> None:
    source = """
        import signal, time
        signal.signal(signal.SIGTERM, lambda *_: exit(3))
        print("ready", flush=True)
        time.sleep(600)
    """
    process, lines = started(tmp_path, source)
    assert until(lambda: lines == ["ready"])

    assert process.terminate(grace=60) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="needs a subreaper")
def test_a_tree_that_ignores_sigterm_and_leaves_its_session_is_killed_whole(tmp_path: Path) -> None:
    process, lines = started(tmp_path, STUBBORN, "600")
    assert until(lambda: lines == ["ready"])
    # The supervisor and three of the tree.
    assert until(lambda: len(processes_of(tmp_path)) == 4)

    assert process.terminate(grace=0.1) == 128 + 9

    assert processes_of(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs a subreaper")
def test_what_a_process_leaves_behind_dies_with_it(tmp_path: Path) -> None:
    process, _ = started(tmp_path, STUBBORN, "0")

    assert process.wait(60) == 0

    assert processes_of(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs a signal at the parent's death")
def test_a_process_dies_with_its_supervisor(tmp_path: Path) -> None:
    process, lines = started(tmp_path, "import time; print('ready', flush=True); time.sleep(600)")
    assert until(lambda: lines == ["ready"])

    os.kill(process.pid, signal.SIGKILL)

    assert process.wait(60) == 128 + 9
    assert until(lambda: processes_of(tmp_path) == [])


@pytest.mark.skipif(sys.platform != "linux", reason="needs a subreaper")
def test_nothing_survives_a_cloud_killed_with_sigkill(tmp_path: Path) -> None:
    (tmp_path / "stubborn.py").write_text(STUBBORN)
    cloud = """
        import os, sys, time
        from pathlib import Path
        from trainwright_local.sagemaker.processes import spawn
        argv = [sys.executable, sys.argv[1] + "/stubborn.py", "600"]
        for _ in range(3):
            spawn(argv, env=dict(os.environ), cwd=Path(sys.argv[1]), on_line=print)
        time.sleep(600)
    """
    argv = [sys.executable, "-c", textwrap.dedent(cloud), str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as parent:
        assert until(lambda: len(processes_of(tmp_path)) == 3 * 4)

        parent.kill()

    assert until(lambda: processes_of(tmp_path) == [])
