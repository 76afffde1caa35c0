"""Bring what a model has written to what it could have meant.

This is the method's prediction normalisation. A term consists of words of the sentence; a category
and a sentiment are among those that are known. Where a model writes something else, the nearest is
meant: the one that is the fewest letters away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from opinions import NOTHING, TERMS, Opinion


def normalized(
    opinions: Sequence[Opinion],
    sentence: str,
    elements: Sequence[str],
    known: Mapping[str, Collection[str]],
) -> list[Opinion]:
    """Return *opinions* made of words of *sentence*, and of what is *known* of other elements."""
    words = sentence.split()
    found = [
        tuple(
            _term(value, words) if element in TERMS else nearest(value, known[element])
            for value, element in zip(opinion, elements, strict=True)
        )
        for opinion in opinions
    ]
    return list(dict.fromkeys(found))


def _term(value: str, words: list[str]) -> str:
    if value == NOTHING or value in " ".join(words):
        return value
    return " ".join(nearest(word, words) for word in value.split())


def nearest(value: str, choices: Collection[str]) -> str:
    """Return the one of *choices* with the least distance; the first of several."""
    return value if value in choices else min(choices, key=lambda one: _distance(value, one))


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, another in enumerate(other, 1):
            cost = before + (letter != another)
            before, row[place] = row[place], min(cost, row[place] + 1, row[place - 1] + 1)
    return row[-1]
