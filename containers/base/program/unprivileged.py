"""From root to a user without rights, once what that user has to write is handed over.

An engine starts the programs as root, because what SageMaker mounts at /opt/ml is root's. Where the
mounted folder belongs to somebody else, as on a developer's machine, the programs become that user:
what they write can then be deleted without root.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

USER = "PROGRAM_USER"
"""The variable that names the user's number. Only the image has it."""
HOME = "/tmp"  # noqa: S108 - a place for caches that any user may write


def become_unprivileged(base: Path, writes: Sequence[str]) -> None:
    """Give up root, after handing over the folders *writes* below *base*."""
    if USER not in os.environ or os.getuid() != 0 or _is_root_of_little():
        return
    owner = base.stat() if base.is_dir() else None
    if owner and owner.st_uid:
        user, group = owner.st_uid, owner.st_gid
    else:
        user = group = int(os.environ[USER])
        for name in writes:
            _hand_over(base / name, user, group)
    os.environ["HOME"] = HOME
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def _hand_over(folder: Path, user: int, group: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for place, folders, files in os.walk(folder):
        os.chown(place, user, group)
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), user, group, follow_symlinks=False)  # noqa: PTH118


def _is_root_of_little() -> bool:
    """Whether this root is that of a user namespace, as in rootless engines: an ordinary user."""
    try:
        mapped = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    except OSError:
        return False
    return mapped[1] != "0"
