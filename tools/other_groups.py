"""Print the groups of algorithms that `make test` leaves out: all, or those that a change touches.

The change is what lies between `--base` (a commit, as a CI that knows it says in CI_BASE) and now;
in a plain clone, all that was committed within a day of the newest commit.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
IN_MAKE_TEST = {"everyday"}
PLACES = ("algorithms", "containers")
BASE = "containers/base"
"""What every other container is built on."""


def groups_of(paths: Iterable[str], root: Path = ROOT) -> list[str]:
    """Give the groups of the algorithms that have any of *paths*, but those of `make test`."""
    folders = {path.parent.relative_to(root).as_posix(): path for path in _checks(root)}
    touched = {"/".join(path.split("/")[:2]) for path in paths}
    if BASE in touched:
        touched |= {folder for folder in folders if folder.startswith(f"{PLACES[1]}/")}
    groups = {_group(folders[folder]) for folder in touched & folders.keys()}
    return sorted(groups - IN_MAKE_TEST - {""})


def every_path(root: Path = ROOT) -> list[str]:
    """Name a file of every algorithm."""
    return [path.relative_to(root).as_posix() for path in _checks(root)]


def changed_paths(base: str = "", root: Path = ROOT) -> list[str]:
    """Name the files that were changed since *base*, or within a day of the newest commit."""
    if base:
        return _git(root, "diff", "--name-only", f"{base}...HEAD")
    [newest] = _git(root, "log", "-1", "--format=%ct")
    since = f"--since={int(newest) - 24 * 60 * 60}"
    return _git(root, "log", since, "--name-only", "--format=")


def _checks(root: Path) -> list[Path]:
    return sorted(path for place in PLACES for path in root.glob(f"{place}/*/checks.yaml"))


def _group(path: Path) -> str:
    return str(yaml.safe_load(path.read_text(encoding="utf-8")).get("environment", ""))


def _git(root: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.split()


def main() -> None:
    """Print the groups on one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every group, changed or not")
    parser.add_argument("--base", default=os.environ.get("CI_BASE", ""), help="a commit")
    given = parser.parse_args()
    paths = every_path() if given.all else changed_paths(given.base)
    sys.stdout.write(" ".join(groups_of(paths)) + "\n")


if __name__ == "__main__":
    main()
