"""A Python environment on top of another: what is installed there does not change the one below.

Environments of images are shared and cached, while a container is its job's alone: a script may
call pip. So the script gets an environment that holds nothing, sees what the one below holds, and
has the pip that its interpreter brings along. Making it takes a few files and no process.
"""

import os
from collections.abc import Mapping
from pathlib import Path

PIP = '#!/bin/sh\nexec "${0%/*}/python" -m pip "$@"\n'
USERS_SETTINGS = (".config/pip/pip.conf", ".pip/pip.conf")


def overlay(python: Path, folder: Path) -> Path:
    """Make an environment in *folder*, on top of that of *python*; return its interpreter."""
    below = python.parent.parent
    interpreter = python.resolve()
    (folder / "bin").mkdir(parents=True)
    for name in {"python", "python3", interpreter.name}:
        (folder / "bin" / name).symlink_to(interpreter)
    for name in ("pip", "pip3"):
        script = folder / "bin" / name
        script.write_text(PIP)
        script.chmod(0o755)
    (folder / "pyvenv.cfg").write_text((below / "pyvenv.cfg").read_text())
    for packages in below.glob("lib/python3.*/site-packages"):
        own = folder / packages.relative_to(below)
        own.mkdir(parents=True)
        bundled = interpreter.parents[1] / "lib" / own.parent.name / "ensurepip" / "_bundled"
        lines = [f"import site; site.addsitedir({str(packages)!r})", *map(str, _pip(bundled))]
        (own / "below.pth").write_text("\n".join(lines) + "\n")
    return folder / "bin" / "python"


def overlay_variables(
    python: Path, variables: Mapping[str, str], around: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return *variables*, made for what is below, for the overlay that *python* belongs to.

    They include what pip is told on this machine, where packages may come from another index.
    """
    kept = {name: value for name, value in around.items() if name.startswith("PIP_")}
    home = Path(around.get("HOME", "/"))
    settings = next((home / name for name in USERS_SETTINGS if (home / name).is_file()), None)
    return {
        **({"PIP_CONFIG_FILE": str(settings)} if settings else {}),
        **kept,
        **variables,
        "PATH": f"{python.parent}{os.pathsep}{variables['PATH']}",
        "VIRTUAL_ENV": str(python.parents[1]),
    }


def _pip(bundled: Path) -> list[Path]:
    """Return the newest pip in a folder of wheels, which runs as it is."""
    return sorted(bundled.glob("pip-*.whl"))[-1:]
