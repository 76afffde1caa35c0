"""File locks."""

import subprocess
import sys
from pathlib import Path

from trainwright_local.cloud import locks

HOLDING = """
import sys, time
from pathlib import Path
from trainwright_local.cloud import locks
lock = locks.try_lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def test_a_lock_is_gone_with_its_killed_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not locks.is_locked(path)

    command = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert locks.is_locked(path)
        assert locks.try_lock(path) is None
        holder.kill()

    assert not locks.is_locked(path)


def test_looking_does_not_take_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()

    assert not locks.is_locked(path)
    lock = locks.try_lock(path)

    assert lock is not None
    lock.close()
