"""JSON lines with a text and what is to be written of it: read strictly, refused with the place.

The folders of several algorithms hold this very file, for each is a package of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Pair(NamedTuple):
    """A text, and what is to be written of it."""

    text: str
    summary: str


def read_channel(folder: Path, text: str, summary: str) -> list[Pair]:
    """Read every `*.json` and `*.jsonl` below *folder*; *text* and *summary* are the keys."""
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    files = sorted(name for name in names if name.suffix in (".json", ".jsonl"))
    if not files:
        raise DataError(f"The channel '{folder.name}' has no file named *.json or *.jsonl.")
    return [pair for name in files for pair in read_file(folder / name, text, summary)]


def read_file(path: Path, text: str, summary: str) -> list[Pair]:
    """Read the pairs of one file, in which each line is an object."""
    name = f"{path.parent.name}/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {name}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: byte {error.start} is {error.reason}.") from error
    pairs = [
        _pair(line, f"{name}, line {number}", text, summary)
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    if not pairs:
        raise DataError(f"{name} is empty.")
    return pairs


def _pair(line: str, place: str, text: str, summary: str) -> Pair:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise DataError(f"{place}: must be an object with '{text}' and '{summary}'.")
    return Pair(_text(found, text, place), _text(found, summary, place))


def _text(found: dict[str, object], key: str, place: str) -> str:
    if key not in found:
        raise DataError(f"{place}: lacks '{key}'.")
    value = found[key]
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{place}: '{key}' must be a text, is {value!r:.60}.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"{place}: '{key}' has half of a surrogate pair at character {error.start}."
        ) from error
    return value.strip()
