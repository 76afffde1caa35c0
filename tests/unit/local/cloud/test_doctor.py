"""What the doctor says."""

import shutil
import socket
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from trainwright_local.cloud import doctor
from trainwright_local.cloud.checks import Check

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


def check(name: str, checks: list[Check]) -> Check:
    return next(check for check in checks if check.name == name)


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_full_disk_is_said_with_its_place(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**9))

    found = check("disk space for the state", doctor.needs_of_up(tmp_path / "new", free_port))

    assert not found.ok
    assert found.detail == f"1.0 GB free at {tmp_path}"
    assert found.remedy == "free 2 GB there, or use another folder"


def test_a_python_that_only_looks_right_does_not_count(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "python3.13", "exit 127")  # a shim of a version that is not there
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    found = check("python3.13", doctor.needs_of_up(tmp_path, free_port))

    assert not found.ok
    assert "`uv python install 3.13`" in found.remedy


def test_without_sam_no_python_is_looked_for(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert all(found.ok for found in doctor.needs_of_up(tmp_path, free_port, sam=False))


def test_a_python_of_the_runtimes_version_with_pip_counts(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").touch()
    program(tmp_path / "bin", "python3", f'PYTHONPATH={tmp_path} exec "{sys.executable}" "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    found = check("python3.13", doctor.needs_of_up(tmp_path, free_port))

    assert found == Check("python3.13", ok=True, detail=str(tmp_path / "bin" / "python3"))


def test_an_index_that_does_not_answer_is_said_with_uvs_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/simple")

    found = doctor.package_index()

    assert not found.ok
    assert "refused" in found.detail
    assert "UV_INDEX_URL" in found.remedy


def test_a_taken_port_is_said_with_its_owner(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        found = check("port", doctor.needs_of_up(tmp_path, port))

    assert not found.ok
    assert f"{port} is taken by process " in found.detail
    assert "--port" in found.remedy
