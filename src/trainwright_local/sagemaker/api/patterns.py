r"""The regular expressions of the service models, which are Java's, as Python's.

Java writes Unicode categories as `\p{L}`; Python's `re` has no such thing, so each becomes the
ranges of characters that are in it.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby

CATEGORY = re.compile(r"\\p\{(\w+)\}")
CLASS_OR_CATEGORY = re.compile(rf"\[(?:\\.|[^\]])*\]|{CATEGORY.pattern}")
WORDED = {"Alnum": "a-zA-Z0-9", "ASCII": r"\x00-\x7f", "Graph": "!-~"}
LAST_OF_BASIC_PLANE = 0xFFFF
BEYOND = "\U00010000-\U0010ffff"


@cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """Compile *pattern* for `fullmatch`; None for the few that no engine would take."""
    try:
        return re.compile(CLASS_OR_CATEGORY.sub(_translated, pattern), re.ASCII)
    except re.error:
        return None


def _translated(found: re.Match[str]) -> str:
    if found[1]:
        return f"[{_ranges(found[1])}]"
    return CATEGORY.sub(lambda category: _ranges(category[1]), found[0])


@cache
def _ranges(name: str) -> str:
    """Return the inside of a class; beyond the basic plane everything counts as a letter."""
    if name in WORDED:
        return WORDED[name]
    points = enumerate(unicodedata.category(chr(n)) for n in range(LAST_OF_BASIC_PLANE + 1))
    runs = []
    for inside, run in groupby(points, key=lambda item: item[1].startswith(name)):
        if inside:
            numbers = [number for number, _ in run]
            runs.append(f"\\u{numbers[0]:04x}-\\u{numbers[-1]:04x}")
    return "".join(runs) + (BEYOND if name == "L" else "")
