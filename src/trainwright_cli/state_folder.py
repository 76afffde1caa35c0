"""Where the local cloud of this user, or of this checkout, keeps its state."""

import os
from pathlib import Path

VARIABLE = "TRAINWRIGHT_STATE"


def checkout(start: Path) -> Path | None:
    """Find the checkout that *start* lies in, by the two files at its root."""
    for folder in (start, *start.parents):
        if (folder / "template.yaml").is_file() and (folder / "pyproject.toml").is_file():
            return folder
    return None


def state_folder() -> Path:
    """Return `$TRAINWRIGHT_STATE`, else `.trainwright` of the checkout, else of the home folder."""
    if named := os.environ.get(VARIABLE):
        return Path(named).absolute()
    return (checkout(Path.cwd()) or Path.home()) / ".trainwright"
