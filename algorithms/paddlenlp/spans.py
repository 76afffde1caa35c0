"""From probabilities of tokens to spans, and from long texts to pieces that a model can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_ENDS = re.compile(r"[。！？；.!?;\n]+\s*")  # noqa: RUF001 - the marks of Chinese sentences


class Span(NamedTuple):
    """Characters from *start* to before *end*, and how likely they are meant."""

    start: int
    end: int
    probability: float


def find_spans(
    starts: Sequence[float],
    ends: Sequence[float],
    offsets: Sequence[tuple[int, int]],
    threshold: float,
) -> list[Span]:
    """Join each likely end with the last likely start before it, and none with two.

    *starts* and *ends* are the probabilities of the content's tokens, *offsets* their characters.
    """
    found = []
    free = 0
    for end, likely in enumerate(ends):
        if likely <= threshold:
            continue
        candidates = [at for at in range(free, end + 1) if starts[at] > threshold]
        if candidates:
            start = candidates[-1]
            probability = float(starts[start] * likely)
            found.append(Span(offsets[start][0], offsets[end][1], probability))
            free = end + 1
    return found


def pieces(text: str, longest: int) -> Iterator[tuple[int, str]]:
    """Cut *text* into pieces of at most *longest* characters, between sentences where there are."""
    start = 0
    while len(text) - start > longest:
        stops = [found.end() for found in _ENDS.finditer(text, start, start + longest)]
        end = stops[-1] if stops else start + longest
        yield start, text[start:end]
        start = end
    yield start, text[start:]
