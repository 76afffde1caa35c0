"""Draw digits beside what is left of them, and what each component explains."""

from __future__ import annotations

import json
import sys
from itertools import accumulate
from pathlib import Path

_PIXEL, _GAP, _HIGH = 7, 12, 16.0
_INK, _PALE, _GRID = "#1f4e79", "#9dc3e6", "#d9d9d9"


def digit(values: list[float], left: float, top: float) -> str:
    """Draw 64 shades of grey as a square."""
    squares = []
    for place, value in enumerate(values):
        row, column = divmod(place, 8)
        shade = 255 - round(255 * min(max(value / _HIGH, 0), 1))
        squares.append(
            f'<rect x="{left + column * _PIXEL}" y="{top + row * _PIXEL}" width="{_PIXEL}" '
            f'height="{_PIXEL}" fill="rgb({shade},{shade},{shade})"/>'
        )
    return "".join(squares)


def bars(shares: list[float], left: float, top: float, width: float, height: float) -> str:
    """Draw what each component explains, below what they explain together."""
    step = width / len(shares)
    parts = [
        f'<line x1="{left}" x2="{left + width}" y1="{top + height * (1 - level)}" '
        f'y2="{top + height * (1 - level)}" stroke="{_GRID}"/>'
        f'<text x="{left - 6}" y="{top + height * (1 - level) + 4}" text-anchor="end">'
        f"{level:.0%}</text>"
        for level in (0, 0.5, 1)
    ]
    for number, (share, together) in enumerate(zip(shares, accumulate(shares), strict=True)):
        for value, colour in ((together, _PALE), (share, _INK)):
            parts.append(
                f'<rect x="{left + number * step:.1f}" y="{top + height * (1 - value):.1f}" '
                f'width="{step - 2:.1f}" height="{height * value:.1f}" fill="{colour}"/>'
            )
    title = f"variance that each of {len(shares)} explains, and together"
    parts.append(f'<text x="{left}" y="{top + height + 20}">{title}</text>')
    return "".join(parts)


def main(folder: Path, output: Path) -> None:
    """Draw the answers in *folder* as *output*."""
    reduced, rebuilt = (
        folder / "three_digits_that_it_has_not_seen",
        folder / "the_digits_again_from_their_components",
    )
    before = json.loads((reduced / "request").read_text())["instances"]
    after = json.loads((rebuilt / "answer").read_text())["instances"]
    shares = json.loads((reduced / "answer").read_text())["explained_variance"]
    size = 8 * _PIXEL
    drawn = []
    for number, (was, became) in enumerate(zip(before, after, strict=True)):
        left = 10 + number * (size + _GAP)
        drawn += [digit(was, left, 10), digit(became, left, 10 + size + _GAP)]
    captions = f'<text x="10" y="{2 * size + _GAP + 30}">digits, and again from 19 numbers</text>'
    chart = bars(shares, 290, 10, 330, 2 * size + _GAP)
    output.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="165" '
        'font-family="sans-serif" font-size="12"><rect width="640" height="165" fill="white"/>'
        f"{''.join(drawn)}{captions}{chart}</svg>\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
