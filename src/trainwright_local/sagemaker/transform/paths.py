"""The JSONPath expressions of InputFilter and OutputFilter: the part of the language AWS documents.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html: children by
name, several of them, wildcards, indexes and one range. A range holds its end, as that page says.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from trainwright_local.sagemaker.store import Json

STEP = re.compile(
    r"""
    \.(?P<name>[A-Za-z_][\w-]*) | (?P<any>\.\*|\.?\[\*\])
    | \.?\[(?P<names>\s*'[^']*'\s*(?:,\s*'[^']*'\s*)*)\]
    | \.?\[(?P<indexes>[-\d:,\s]+)\]
    """,
    re.VERBOSE,
)
NAME = re.compile(r"'([^']*)'")
INDEX = re.compile(r"\s*(?:(?P<index>-?\d+)|(?P<first>-?\d+)?:(?P<last>-?\d+)?)\s*")

type Step = Callable[[Json], Json]


class PathError(Exception):
    """An expression that is not of the language, or that finds nothing where it points to."""


@dataclass(frozen=True)
class Path:
    """An expression that can be applied; see `parse`."""

    text: str
    steps: tuple[Step, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it selects everything there is."""
        return not self.steps

    def select(self, value: Json) -> Json:
        """Return the part of *value* that is meant; raises PathError."""
        for step in self.steps:
            value = step(value)
        return value


def parse(text: str) -> Path:
    """Read an expression; raises PathError."""
    if not text.startswith("$"):
        raise PathError(f"Invalid JsonPath: {text}: a path begins with $")
    return Path(text, tuple(_step(match, text) for match in _matches(text)))


def _matches(text: str) -> Iterator[re.Match[str]]:
    position = 1
    while position < len(text):
        match = STEP.match(text, position)
        if match is None:
            raise PathError(f"Invalid JsonPath: {text}: {text[position:]} is not supported")
        yield match
        position = match.end()


def _step(match: re.Match[str], text: str) -> Step:
    if match["any"]:
        return _children
    if match["name"]:
        return partial(_named, match["name"])
    if match["names"]:
        names = NAME.findall(match["names"])
        return partial(_named, names[0]) if len(names) == 1 else partial(_several_named, names)
    parts = [INDEX.fullmatch(part) for part in match["indexes"].split(",")]
    given = [part for part in parts if part is not None]
    if len(given) < len(parts):
        raise PathError(f"Invalid JsonPath: {text}: {match[0]} is not supported")
    if sum(part["index"] is None for part in given) > 1:
        raise PathError(
            f"Invalid JsonPath: {text}: only single range filters of format (eg: [1:5]) are "
            f"supported. Format {match[0]} is not supported"
        )
    if len(given) == 1 and given[0]["index"]:
        return partial(_at, int(given[0]["index"]))
    return partial(_several_at, given)


def _children(value: Json) -> Json:
    if isinstance(value, dict):
        return list(value.values())
    return list(_array(value))


def _named(name: str, value: Json) -> Json:
    if not isinstance(value, dict):
        raise PathError(f"there is no {name} in {_shown(value)}, which is no object")
    if name not in value:
        raise PathError(f"there is no {name} in {_shown(value)}")
    return value[name]


def _several_named(names: list[str], value: Json) -> Json:
    return {name: _named(name, value) for name in names}


def _at(index: int, value: Json) -> Json:
    try:
        return _array(value)[index]
    except IndexError as error:
        raise PathError(f"there is no index {index} in {_shown(value)}") from error


def _several_at(parts: list[re.Match[str]], value: Json) -> Json:
    selected: list[Json] = []
    for part in parts:
        if part["index"]:
            selected.append(_at(int(part["index"]), value))
        else:
            selected.extend(_range(part, _array(value)))
    return selected


def _range(part: re.Match[str], array: list[Json]) -> list[Json]:
    first = int(part["first"] or 0)
    last = int(part["last"]) if part["last"] else -1
    return array[first : None if last == -1 else last + 1]


def _array(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise PathError(f"{_shown(value)} is no array")
    return value


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - enough to know it by
