"""How much of a summary is in what was written: ROUGE, from 0 to 1.

Method: C.-Y. Lin, ROUGE: A Package for Automatic Evaluation of Summaries,
https://aclanthology.org/W04-1013. Each Chinese character counts as a word, as is usual.

The folders of several algorithms hold this very file, for each is a package of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


def rouge(written: Sequence[str], expected: Sequence[str]) -> dict[str, float]:
    """Return the means of `rouge1`, `rouge2` and `rougeL` over all pairs, each an F1."""
    totals = {"rouge1": 0.0, "rouge2": 0.0, "rougeL": 0.0}
    for ours, theirs in zip(written, expected, strict=True):
        found, wanted = _words(ours), _words(theirs)
        totals["rouge1"] += _overlap(found, wanted, 1)
        totals["rouge2"] += _overlap(found, wanted, 2)
        totals["rougeL"] += _f1(_longest(found, wanted), len(found), len(wanted))
    return {name: total / max(1, len(expected)) for name, total in totals.items()}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _overlap(found: list[str], wanted: list[str], length: int) -> float:
    ours, theirs = _grams(found, length), _grams(wanted, length)
    if not theirs and not ours:  # one word alone has no pairs: then the words decide
        return float(found == wanted)
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def _grams(words: list[str], length: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _f1(common: int, found: int, wanted: int) -> float:
    return 2 * common / (found + wanted) if common else 0.0


def _longest(found: list[str], wanted: list[str]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(wanted) + 1)
    for word in found:
        before = 0
        for at, other in enumerate(wanted, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]
