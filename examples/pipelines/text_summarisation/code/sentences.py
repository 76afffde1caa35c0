"""Texts taken apart: into sentences, and into words."""

import re

_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z0-9])")
_SHORT = re.compile(r"\b(Mr|Mrs|Ms|Dr|No|St)\.$")
_WORD = re.compile(r"[^\W_]+")


def sentences_of(text):
    """Split at full stops, but not at those of titles."""
    found = []
    for part in _END.split(text.strip()):
        if found and _SHORT.search(found[-1]):
            found[-1] += " " + part
        elif part:
            found.append(part)
    return found


def words_of(text):
    """Give the words, in small letters."""
    return _WORD.findall(text.lower())
