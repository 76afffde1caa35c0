"""Draw a policy: for each angle and each turn of the pole, how surely it pushes right or left."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_SIDE, _LEFT, _TOP, _STEPS = 10, 70, 10, 21


def main(folder: Path, output: Path) -> None:
    """Draw the answer to the map in *folder* as *output*."""
    answered = folder / "what_it_does_for_each_angle_and_each_turn_of_the_pole"
    seen = json.loads((answered / "request").read_text())["observations"]
    chances = json.loads((answered / "answer").read_text())["probabilities"]
    squares = []
    for place, (_, right) in enumerate(chances):
        row, column = divmod(place, _STEPS)
        red, blue = round(40 + 200 * right), round(240 - 200 * right)
        squares.append(
            f'<rect x="{_LEFT + column * _SIDE}" y="{_TOP + (_STEPS - 1 - row) * _SIDE}" '
            f'width="{_SIDE}" height="{_SIDE}" fill="rgb({red},110,{blue})"/>'
        )
    size = _STEPS * _SIDE
    labels = [
        (_LEFT, size + 26, f"{seen[0][2]} rad"),
        (_LEFT + size - 45, size + 26, f"{seen[-1][2]} rad"),
        (_LEFT + 60, size + 42, "angle of the pole"),
        (4, _TOP + 12, f"{seen[-1][3]} rad/s"),
        (4, _TOP + size, f"{seen[0][3]} rad/s"),
        (_LEFT + size + 50, 40, "push right"),
        (_LEFT + size + 50, 64, "push left"),
    ]
    texts = "".join(f'<text x="{x}" y="{y}">{text}</text>' for x, y, text in labels)
    legend = "".join(
        f'<rect x="{_LEFT + size + 30}" y="{y}" width="14" height="14" fill="{colour}"/>'
        for y, colour in ((29, "rgb(240,110,40)"), (53, "rgb(40,110,240)"))
    )
    output.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="440" height="262" '
        'font-family="sans-serif" font-size="12"><rect width="440" height="262" fill="white"/>'
        f"{''.join(squares)}{legend}{texts}</svg>\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
