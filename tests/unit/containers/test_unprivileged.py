"""How the programs of the base image stop being root."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[3] / "containers" / "base" / "program"


class System:
    """Who the process is, and whom files belong to, as far as the programs change it."""

    def __init__(self, uid: int) -> None:
        self.uid = uid
        self.calls: list[tuple[Any, ...]] = []

    def chown(self, path: Any, user: int, group: int, **_: Any) -> None:
        self.calls.append(("chown", Path(path).name, user, group))

    def call(self, name: str) -> Any:
        return lambda value: self.calls.append((name, value))


@pytest.fixture
def unprivileged(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PROGRAM))
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.delitem(sys.modules, "unprivileged", raising=False)
    module = import_module("unprivileged")
    monkeypatch.setattr(module, "_is_root_of_little", lambda: False)
    return module


def installed(monkeypatch: pytest.MonkeyPatch, uid: int) -> System:
    system = System(uid)
    monkeypatch.setattr(os, "getuid", lambda: system.uid)
    monkeypatch.setattr(os, "chown", system.chown)
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, system.call(name))
    return system


def belongs_to(monkeypatch: pytest.MonkeyPatch, uid: int, gid: int) -> None:
    """Let every folder belong to *uid*."""
    real = Path.stat

    def stat(self: Path, **options: Any) -> os.stat_result:
        found = list(real(self, **options))
        found[4], found[5] = uid, gid
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", stat)


def test_what_must_be_written_is_handed_over_before_root_is_given_up(
    unprivileged: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").write_text("x")
    monkeypatch.setenv("PROGRAM_USER", "1000")
    belongs_to(monkeypatch, 0, 0)
    system = installed(monkeypatch, uid=0)

    unprivileged.become_unprivileged(tmp_path, ("model", "output"))

    assert system.calls == [
        ("chown", "model", 1000, 1000),
        ("chown", "old", 1000, 1000),
        ("chown", "output", 1000, 1000),
        ("setgroups", []),
        ("setgid", 1000),
        ("setuid", 1000),
    ]
    assert os.environ["HOME"] == "/tmp"


def test_a_folder_of_somebody_else_makes_the_program_that_user(
    unprivileged: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROGRAM_USER", "1000")
    belongs_to(monkeypatch, 501, 20)
    system = installed(monkeypatch, uid=0)

    unprivileged.become_unprivileged(tmp_path, ("model",))

    assert system.calls == [("setgroups", []), ("setgid", 20), ("setuid", 501)]


@pytest.mark.parametrize(("user", "uid"), [("", 0), ("1000", 1234)])
def test_nothing_changes_outside_of_the_image_or_for_another_user(
    unprivileged: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, user: str, uid: int
) -> None:
    monkeypatch.delenv("PROGRAM_USER", raising=False)
    if user:
        monkeypatch.setenv("PROGRAM_USER", user)
    system = installed(monkeypatch, uid=uid)

    unprivileged.become_unprivileged(tmp_path, ("model",))

    assert system.calls == []
