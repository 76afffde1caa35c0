"""What reviews say of what: the four tasks, and files of sentences with their answers.

The files are those of https://github.com/IsakZhang/Generative-ABSA: on each line a sentence with
spaces around its words, `####`, and a list of tuples; terms are numbers of words or texts.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

TASKS = {
    "uabsa": ("aspect", "sentiment"),
    "aope": ("aspect", "opinion"),
    "aste": ("aspect", "opinion", "sentiment"),
    "tasd": ("aspect", "category", "sentiment"),
}
"""The elements of a task's tuples, in the order of the files."""
TERMS = frozenset({"aspect", "opinion"})
"""Elements that are words of the sentence."""
NOTHING = "NULL"
"""The aspect of an opinion on something that the sentence does not name."""
SENTIMENTS = ("positive", "negative", "neutral")
_SHORT = {"POS": "positive", "NEG": "negative", "NEU": "neutral"}
_RESERVED = frozenset("[]|")

Opinion = tuple[str, ...]


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Review(NamedTuple):
    """A sentence, and the opinions in it."""

    sentence: str
    opinions: list[Opinion]


def read_reviews(path: Path, task: str) -> list[Review]:
    """Read a file; a DataError names the line that is wrong."""
    name = f"{path.parent.name}/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {name}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: byte {error.start} is {error.reason}.") from error
    reviews = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                reviews.append(_review(line, TASKS[task]))
            except ValueError as error:
                raise DataError(f"{name}, line {number}: {error}.") from error
    if not reviews:
        raise DataError(f"{name} is empty.")
    return reviews


def _review(line: str, elements: tuple[str, ...]) -> Review:
    sentence, mark, answers = line.partition("####")
    words = sentence.split()
    if not mark or not words:
        raise ValueError("must be a sentence, #### and a list")
    if odd := _RESERVED & set(sentence):
        raise ValueError(f"the sentence has '{min(odd)}', which marks opinions")
    try:
        found = ast.literal_eval(answers.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError("what follows #### is no list of tuples") from error
    if not isinstance(found, list):
        raise ValueError("what follows #### is no list of tuples")
    return Review(" ".join(words), [_opinion(one, elements, words) for one in found])


def _opinion(found: object, elements: tuple[str, ...], words: list[str]) -> Opinion:
    if not isinstance(found, (tuple, list)) or len(found) != len(elements):
        raise ValueError(f"{found!r:.60} is not ({', '.join(elements)})")
    return tuple(
        _element(value, element, words) for value, element in zip(found, elements, strict=True)
    )


def _element(value: object, element: str, words: list[str]) -> str:
    if isinstance(value, list) and element in TERMS:
        places = [place for place in value if isinstance(place, int)]
        if not value or places != value or not all(0 <= at < len(words) for at in places):
            raise ValueError(f"{value!r:.60} are not numbers of words from 0 to {len(words) - 1}")
        return " ".join(words[at] for at in places)
    if not isinstance(value, str) or not value.strip() or set(value) & set("[]|();,"):
        raise ValueError(f"{value!r:.60} is no {element}")
    if element == "sentiment":
        value = _SHORT.get(value, value)
        if value not in SENTIMENTS:
            raise ValueError(f"the sentiment must be {', '.join(SENTIMENTS)}, is '{value}'")
    if element in TERMS and value != NOTHING and value not in " ".join(words):
        raise ValueError(f"'{value}' does not occur in the sentence")
    return value
