"""`a >> b >> c`, `[a, b] >> c`: edges as they are written, and the order that follows."""

import re
from collections.abc import Callable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from trainwright.errors import InvalidRequestError

type Edge = tuple[str, str]
"""A step, and one that needs it."""

_GROUP = re.compile(r"\[(?P<names>[^\[\]]*)\]")


def edges_of(text: str, steps_named: Callable[[str], Iterable[str]]) -> list[Edge]:
    """Read one line; *steps_named* turns a name into the steps that it stands for.

    An InvalidRequestError says what cannot be read.
    """
    if ">>" not in text:
        raise InvalidRequestError(f"{text!r} has no '>>'; write 'first >> second'")
    parts = [_names(part.strip(), text) for part in text.split(">>")]
    named = [[step for name in names for step in steps_named(name)] for names in parts]
    groups = [group for group in named if group]  # a ForEach without items does not part others
    return [
        (before, after) for left, right in pairwise(groups) for before in left for after in right
    ]


def _names(part: str, text: str) -> list[str]:
    group = _GROUP.fullmatch(part)
    names = [name.strip() for name in group["names"].split(",")] if group else [part]
    for name in names:
        if not name:
            raise InvalidRequestError(f"{text!r} lacks a name beside '>>'")
        if re.search(r"[\s\[\],>]", name):
            raise InvalidRequestError(f"{name!r} in {text!r} is no name of a step")
    return names


def in_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Sort the steps so that each comes after those it needs.

    An InvalidRequestError shows a cycle whole.
    """
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise InvalidRequestError(f"is a cycle: {' >> '.join(error.args[1])}") from error
