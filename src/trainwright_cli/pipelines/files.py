"""Which files a pipeline is written in."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from trainwright.logic.pipelines.reading.definition import Reading, read_pipeline
from trainwright.logic.pipelines.reading.merging import merge
from trainwright.logic.pipelines.running.begin_run import stack_values
from trainwright.models.account import Account
from trainwright_cli.errors import CliError

_NAMES = ("conf.yaml", "conf.yml")
_FRAMEWORK = "framework"


class Sources(NamedTuple):
    """The files of one pipeline, and the folder that its paths start from."""

    root: Path
    files: tuple[tuple[str, str], ...]
    """Name and text; a name is a path from the root, where it lies below it."""


def find_sources(paths: Iterable[Path], root: Path, values: Mapping[str, str]) -> Sources:
    """Read the files at *paths*: files, or folders with a `conf.yaml`.

    A settings file that names others by `modelConfigFilePath` brings those along.
    """
    found: dict[Path, str] = {}
    for path in paths:
        _add(_file_at(path), root, values, found)
    if not found:
        raise CliError("no file was named: give a conf.yaml, or a folder that has one")
    return Sources(root, tuple((_shown(path, root), text) for path, text in found.items()))


def environment(account: Account) -> dict[str, str]:
    """Give the `SMP_*` values: what the stack knows, and over it the environment."""
    own = {name: value for name, value in os.environ.items() if name.startswith("SMP_")}
    return stack_values(account) | own


def read_sources(
    sources: Sources, values: Mapping[str, str], given: Mapping[str, Any] | None = None
) -> Reading:
    """Read what was found; with *given* parameters each that has no default is missed."""
    return read_pipeline(sources.files, values, given)


def _file_at(path: Path) -> Path:
    if path.is_dir():
        for name in (*_NAMES, *(f"conf/{name}" for name in _NAMES)):
            if (path / name).is_file():
                return path / name
        raise CliError(f"{path} has no conf.yaml")
    if not path.is_file():
        raise CliError(f"there is no file {path}")
    return path


def _add(path: Path, root: Path, values: Mapping[str, str], found: dict[Path, str]) -> None:
    path = path.resolve()
    if path in found:
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not UTF-8: byte {error.start}") from error
    found[path] = text
    pattern = merge([(str(path), text)], values).conf.get("modelConfigFilePath")
    if isinstance(pattern, str) and pattern:
        for other in sorted(_matching(pattern, root)):
            if other.is_file() and _FRAMEWORK not in other.relative_to(root.resolve()).parts[:1]:
                _add(other, root, values, found)


def _matching(pattern: str, root: Path) -> Iterable[Path]:
    """Find the files of a glob, which starts from the root unless it is absolute."""
    start = Path(pattern)
    if start.is_absolute():
        anchor = Path(start.anchor)
        return anchor.glob(str(start.relative_to(anchor)))
    return root.resolve().glob(pattern)


def _shown(path: Path, root: Path) -> str:
    try:
        return path.relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)
