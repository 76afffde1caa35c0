"""Opinions as a text that a model can write, and back; the two paradigms of the method.

* extraction   (salads, fantastic); (server, helpful)
* annotation   [salads | fantastic] were fantastic , our [server | helpful] was very helpful .

What the sentence does not name comes last in an annotation, as [null | ...].

Method: W. Zhang, X. Li, Y. Deng, L. Bing, W. Lam, Towards Generative Aspect-Based Sentiment
Analysis, https://aclanthology.org/2021.acl-short.64.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from opinions import NOTHING, Opinion

_NONE = "none"
_UNNAMED = "null"
_LISTED = re.compile(r"\(([^()]*)\)")
_MARKED = re.compile(r"\[([^\[\]]*)\]")


def written(sentence: str, opinions: Sequence[Opinion], paradigm: str) -> str:
    """Write *opinions* as the model is to write them."""
    return _WRITERS[paradigm](sentence, opinions)


def read(text: str, length: int, paradigm: str) -> list[Opinion]:
    """Read opinions of *length* elements from what a model has written, where they have form."""
    pattern, mark = (_LISTED, ",") if paradigm == "extraction" else (_MARKED, "|")
    found = []
    for inner in pattern.findall(text):
        elements = tuple(part.strip() for part in inner.split(mark))
        if len(elements) == length and all(elements):
            first = NOTHING if elements[0] == _UNNAMED else elements[0]
            found.append((first, *elements[1:]))
    return list(dict.fromkeys(found))


def _extraction(_sentence: str, opinions: Sequence[Opinion]) -> str:
    return "; ".join(f"({', '.join(_shown(opinion))})" for opinion in opinions) or _NONE


def _annotation(sentence: str, opinions: Sequence[Opinion]) -> str:
    for opinion in _longest_first(opinions):
        term, mark = opinion[0], f"[{' | '.join(_shown(opinion))}]"
        marked = _outside(sentence, term, mark) if term != NOTHING else None
        sentence = marked or f"{sentence} {mark}"
    return sentence


def _longest_first(opinions: Sequence[Opinion]) -> list[Opinion]:
    return sorted(opinions, key=lambda opinion: -len(opinion[0]))


def _outside(sentence: str, term: str, mark: str) -> str | None:
    """Put *mark* in place of *term*, unless all of those are within other marks."""
    words = rf"(?<!\S){re.escape(term)}(?!\S)"
    for found in re.finditer(rf"{_MARKED.pattern}|{words}", sentence):
        if not found.group().startswith("["):
            return sentence[: found.start()] + mark + sentence[found.end() :]
    return None


def _shown(opinion: Opinion) -> Opinion:
    return (_UNNAMED, *opinion[1:]) if opinion[0] == NOTHING else opinion


_WRITERS: dict[str, Callable[[str, Sequence[Opinion]], str]] = {
    "extraction": _extraction,
    "annotation": _annotation,
}
PARADIGMS = tuple(_WRITERS)
