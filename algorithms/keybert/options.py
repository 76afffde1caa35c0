"""How keywords are looked for: the container's variables, under the names their users know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

_TRUTHS = {"true": True, "1": True, "false": False, "0": False, "": False}
_MOST_COMBINATIONS = 200_000  # of candidates that max sum compares: about two seconds


class Options(NamedTuple):
    """The variables of the container, read."""

    kind: str
    model: str
    ngrams: tuple[int, int]
    stop_words: str | list[str] | None
    top_n: int
    min_df: int
    use_maxsum: bool
    use_mmr: bool
    diversity: float
    nr_candidates: int
    highlight: bool


def read_options(variables: Mapping[str, str]) -> Options:
    """Read every variable; a ValueError names the one that is wrong."""
    options = Options(
        kind=variables.get("type", "") or "default",
        model=variables.get("model", ""),
        ngrams=(
            _whole("keyphrase_ngram_start", variables, default=1, most=5),
            _whole("keyphrase_ngram_end", variables, default=1, most=5),
        ),
        stop_words=_stop_words(variables.get("stop_words", "english")),
        top_n=_whole("top_n", variables, default=5, most=100),
        min_df=_whole("min_df", variables, default=1, most=1),
        use_maxsum=_truth("use_maxsum", variables),
        use_mmr=_truth("use_mmr", variables),
        diversity=_share("diversity", variables, default=0.5),
        nr_candidates=_whole("nr_candidates", variables, default=20, most=1000),
        highlight=_truth("highlight", variables),
    )
    _check_together(options)
    return options


def _check_together(options: Options) -> None:
    if options.ngrams[0] > options.ngrams[1]:
        raise ValueError(
            f"keyphrase_ngram_start is {options.ngrams[0]}, above keyphrase_ngram_end, "
            f"{options.ngrams[1]}"
        )
    if options.use_maxsum and options.use_mmr:
        raise ValueError("use_maxsum and use_mmr exclude each other")
    if options.use_maxsum and options.nr_candidates < options.top_n:
        raise ValueError(f"nr_candidates is {options.nr_candidates}, below top_n, {options.top_n}")
    combinations = math.comb(options.nr_candidates, options.top_n)
    if options.use_maxsum and combinations > _MOST_COMBINATIONS:
        raise ValueError(
            f"{options.top_n} of {options.nr_candidates} candidates are {combinations} "
            "combinations, too many for use_maxsum: lower nr_candidates or top_n"
        )


def _whole(name: str, variables: Mapping[str, str], *, default: int, most: int) -> int:
    text = variables.get(name, "") or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ValueError(f"{name} must be a whole number from 1 to {most}, is '{text}'")
    return int(text)


def _share(name: str, variables: Mapping[str, str], *, default: float) -> float:
    text = variables.get(name, "") or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be a number from 0 to 1, is '{text}'")
    return value


def _truth(name: str, variables: Mapping[str, str]) -> bool:
    text = variables.get(name, "").strip().lower()
    if text not in _TRUTHS:
        raise ValueError(f"{name} must be true or false, is '{text}'")
    return _TRUTHS[text]


def _stop_words(text: str) -> str | list[str] | None:
    """`english`, `none`, or words of one's own separated by commas."""
    if text.strip().lower() in ("english", "none", ""):
        return None if text.strip().lower() != "english" else "english"
    return [word.strip().lower() for word in text.split(",") if word.strip()]
