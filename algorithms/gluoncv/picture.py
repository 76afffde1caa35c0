"""Draw the picture and how likely its classes are: `picture.py ANSWERS_FOLDER OUTPUT.png`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

_SIDE, _BAR = 256, 40


def draw(picture: Image.Image, answer: dict[str, Any]) -> Image.Image:
    """Put the picture on the left, and a bar for each class on the right."""
    sheet = Image.new("RGB", (3 * _SIDE, _SIDE), "white")
    sheet.paste(picture.convert("RGB").resize((_SIDE, _SIDE), Image.NEAREST), (0, 0))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=22)
    for place, (name, likely) in enumerate(zip(answer["names"], answer["probabilities"])):  # noqa: B905 - Python 3.8 has no strict
        top = 40 + place * (_BAR + 24)
        left = _SIDE + 150
        pen.text((_SIDE + 20, top + 6), name, fill="black", font=font)
        pen.rectangle((left, top, left + 1 + likely * 260, top + _BAR), fill="#1f77b4")
        pen.text((left + 10 + likely * 260, top + 6), f"{likely:.3f}", fill="black", font=font)
    return sheet


def main() -> None:
    """Draw the first answer."""
    answers, output = Path(sys.argv[1]), Path(sys.argv[2])
    folder = min(path.parent for path in answers.glob("*/answer"))
    answer = json.loads((folder / "answer").read_bytes())
    draw(Image.open(folder / "request"), answer).save(output)


if __name__ == "__main__":
    main()
