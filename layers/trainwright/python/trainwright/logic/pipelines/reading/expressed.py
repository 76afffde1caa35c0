"""Where expressions stand in what was written, so that what is wrong with one is said there."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.models.pipelines.written import is_expression


class Expressed(NamedTuple):
    """An expression and its place."""

    path: Path
    text: str


def expressed(value: object, path: Path) -> Iterator[Expressed]:
    """Give every expression in *value*, which stands at *path*."""
    if isinstance(value, str):
        if is_expression(value):
            yield Expressed(path, value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from expressed(item, (*path, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from expressed(item, (*path, at))
