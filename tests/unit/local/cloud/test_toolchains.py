"""What the doctor says of frameworks: of nothing but programs that stand in for uv."""

from pathlib import Path

import pytest
import uv

from trainwright_local.cloud import toolchains
from trainwright_local.cloud.checks import Check


def checks(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> dict[str, Check]:
    """Check with *script* in the place of uv."""
    program = folder / "uv"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(uv, "find_uv_bin", lambda: str(program))
    return {check.name: check for check in toolchains.toolchains()}


def test_what_is_there_is_said_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = checks(tmp_path, monkeypatch, '[ "$1" = python ] && echo /opt/python; exit 0')

    assert found["python3.11"].ok
    assert found["python3.11"].detail == "/opt/python"
    assert found["torch for CPUs"].ok


def test_what_is_missing_is_not_necessary_and_says_for_whom_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = checks(tmp_path, monkeypatch, 'echo "error: no\n  cause: nothing there" >&2; exit 2')

    assert not any(check.ok or check.necessary for check in found.values())
    assert "pytorch-training" in found["python3.11"].detail
    assert "`uv python install 3.11`" in found["python3.11"].remedy
    assert found["torch for CPUs"].detail == "nothing there"


def test_torch_is_looked_for_by_uvs_own_option_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'case "$*" in *"--torch-backend cpu") exit 0;; *) exit 1;; esac'

    found = checks(tmp_path, monkeypatch, script)

    assert found["torch for CPUs"].ok
    assert "--torch-backend cpu" in found["torch for CPUs"].detail
