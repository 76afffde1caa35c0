"""An environment on top of another."""

import os
import subprocess
import sys
from pathlib import Path

from trainwright_local.sagemaker.overlay import overlay, overlay_variables

BELOW = Path(sys.prefix) / "bin" / "python"
REPORT = "import sys, pytest; print(sys.prefix, pytest.__file__, sys.path, sep='\\n')"


def test_it_sees_what_is_below_and_has_a_pip_and_a_place_of_its_own(tmp_path: Path) -> None:
    python = overlay(BELOW, tmp_path / "venv")

    told = subprocess.run([python, "-c", REPORT], check=True, capture_output=True, text=True)

    prefix, module, path = told.stdout.splitlines()
    assert prefix == str(tmp_path / "venv")
    assert Path(module).is_relative_to(sys.prefix)
    assert "/ensurepip/_bundled/pip-" in path


def test_what_is_there_comes_before_what_is_below(tmp_path: Path) -> None:
    python = overlay(BELOW, tmp_path / "venv")
    [packages] = (tmp_path / "venv" / "lib").glob("python3.*/site-packages")
    (packages / "pytest.py").write_text("newer = True")

    told = subprocess.run(
        [python, "-c", "import pytest; print(pytest.newer)"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert told.stdout == "True\n"


def test_its_programs_are_the_first_and_pip_is_told_where_packages_are(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = home / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True)
    settings.touch()
    around = {"HOME": str(home), "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "SECRET": "s"}
    below = {"PATH": "/below/bin:/usr/bin", "VIRTUAL_ENV": "/below", "HOME": "/job/home"}

    variables = overlay_variables(Path("/job/venv/bin/python"), below, around)

    assert variables == {
        "PATH": os.pathsep.join(["/job/venv/bin", "/below/bin", "/usr/bin"]),
        "VIRTUAL_ENV": "/job/venv",
        "HOME": "/job/home",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": str(settings),
    }
