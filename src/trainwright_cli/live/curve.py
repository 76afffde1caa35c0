"""A curve drawn in braille: each character holds two columns and four rows of dots."""

import math
from collections.abc import Sequence
from itertools import pairwise

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a braille character, by column and row."""
_BLANK = 0x2800


def curve(values: Sequence[float], width: int = 40, height: int = 4) -> list[str]:
    """Draw *values* over their order; *height* lines, with the scale at the left.

    Values that are no finite numbers are left out. More values than columns are thinned by
    sampling, the last one always kept; fewer than two give no curve.
    """
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 2:  # noqa: PLR2004 - a curve has two ends
        return []
    columns, rows = 2 * width, 4 * height
    points = _scaled(_sampled(finite, columns), columns, rows)
    cells = [[_BLANK] * width for _ in range(height)]
    for column, row in _joined(points):
        cells[row // 4][column // 2] |= _DOTS[column % 2][row % 4]
    return _labelled(["".join(map(chr, line)) for line in cells], max(finite), min(finite))


def _sampled(values: Sequence[float], columns: int) -> list[float]:
    count = min(len(values), columns)
    return [values[round(i * (len(values) - 1) / (count - 1))] for i in range(count)]


def _scaled(values: Sequence[float], columns: int, rows: int) -> list[tuple[int, int]]:
    low, span = min(values), max(values) - min(values)
    return [
        (
            round(i * (columns - 1) / (len(values) - 1)),
            # A flat curve runs through the middle.
            rows // 2 if span == 0 else round((rows - 1) * (1 - (value - low) / span)),
        )
        for i, value in enumerate(values)
    ]


def _joined(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    dots = [points[-1]]
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        dots += [
            (round(x0 + (x1 - x0) * i / steps), round(y0 + (y1 - y0) * i / steps))
            for i in range(steps)
        ]
    return dots


def _labelled(lines: list[str], high: float, low: float) -> list[str]:
    labels = [f"{high:.4g}", *[""] * (len(lines) - 2), f"{low:.4g}"][: len(lines)]
    margin = max(map(len, labels))
    return [f"{label:>{margin}} ┤{line}" for label, line in zip(labels, lines, strict=True)]
