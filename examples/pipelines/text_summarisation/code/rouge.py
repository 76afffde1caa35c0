"""How much of a summary is in what was written: ROUGE-L and ROUGE-1, from 0 to 1.

Method: C.-Y. Lin, ROUGE: A Package for Automatic Evaluation of Summaries,
https://aclanthology.org/W04-1013.
"""

from collections import Counter

from sentences import words_of


def rouge_l(written, expected):
    """Give F1 of the longest common subsequence of words."""
    found, wanted = words_of(written), words_of(expected)
    row = [0] * (len(wanted) + 1)
    for word in found:
        before = 0
        for at, other in enumerate(wanted, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return _f1(row[-1], found, wanted)


def rouge_1(written, expected):
    """Give F1 of the words, whatever their order."""
    found, wanted = words_of(written), words_of(expected)
    return _f1(sum((Counter(found) & Counter(wanted)).values()), found, wanted)


def mean(measure, written, expected):
    """Give the mean of *measure* over pairs of texts."""
    if len(written) != len(expected):
        raise ValueError(f"{len(written)} summaries for {len(expected)} texts")
    return sum(map(measure, written, expected)) / len(expected)


def _f1(common, found, wanted):
    return 2 * common / (len(found) + len(wanted)) if common else 0.0
