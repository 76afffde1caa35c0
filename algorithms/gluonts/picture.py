"""Draw the past of a series and its forecast: the median, and the range of eight in ten chances."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_WIDTH, _HEIGHT, _MARGIN, _SHOWN = 640, 200, 30, 48
_PAST, _AHEAD, _RANGE, _GRID = "#404040", "#c55a11", "#f8cbad", "#d9d9d9"


def main(folder: Path, output: Path) -> None:
    """Draw the one answer in *folder* as *output*."""
    (answered,) = [path for path in folder.iterdir() if path.is_dir()]
    asked = json.loads((answered / "request").read_text())["inputs"]
    answer = json.loads((answered / "answer").read_text())
    past = asked["target"][-_SHOWN:]
    median = answer["result"][0]
    low, high = (answer["quantiles"][quantile][0] for quantile in ("0.1", "0.9"))
    lowest, highest = min(*past, *low), max(*past, *high)
    steps = len(past) + len(median) - 1

    def point(step: int, value: float) -> str:
        right = _MARGIN + (_WIDTH - 2 * _MARGIN) * step / steps
        down = _MARGIN / 2 + (_HEIGHT - 1.5 * _MARGIN) * (highest - value) / (highest - lowest)
        return f"{right:.1f},{down:.1f}"

    def line(values: list[float], first: int) -> str:
        return " ".join(point(first + step, value) for step, value in enumerate(values))

    ahead = len(past)
    around = f"{line(high, ahead)} {' '.join(reversed(line(low, ahead).split()))}"
    levels = range(int(lowest) + 1, int(highest) + 1, 2)
    grid = "".join(
        f'<polyline points="{point(0, level)} {point(steps, level)}" stroke="{_GRID}"/>'
        f'<text x="4" y="{point(0, level).partition(",")[2]}" dy="4">{level}</text>'
        for level in levels
    )
    last = [past[-1]]
    output.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" fill="none">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/><g fill="#404040">{grid}'
        f'<text x="{_MARGIN}" y="{_HEIGHT - 6}">{asked["item_id"]}, months: the past, and the '
        f"forecast with the range of eight in ten chances</text></g>"
        f'<polygon points="{around}" fill="{_RANGE}"/>'
        f'<polyline points="{line(past, 0)}" stroke="{_PAST}" stroke-width="1.5"/>'
        f'<polyline points="{line(last + median, ahead - 1)}" stroke="{_AHEAD}" stroke-width="2"/>'
        "</svg>\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
