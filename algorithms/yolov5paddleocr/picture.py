"""Draw what was found and what was read on it: `picture.py ANSWERS_FOLDER OUTPUT.png`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

_SCALE = 2


def draw(picture: Image.Image, answer: dict[str, Any]) -> Image.Image:
    """Frame each object and each text, and write the text above its object."""
    width, height = (edge * _SCALE for edge in picture.size)
    drawn = picture.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(size=26)
    corners = []
    for line in answer["objects"]:
        x, y, across, along = (float(number) for number in line.split()[1:])
        corners.append(((x - across / 2) * width, (y - along / 2) * height))
        box = (*corners[-1], (x + across / 2) * width, (y + along / 2) * height)
        pen.rectangle(box, outline="#1f77b4", width=4)
    for text, points, place in zip(answer["label"], answer["bbox"], answer["object"], strict=True):
        pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], outline="#d62728", width=2)
        left, top = corners[place]
        pen.rectangle((left, top - 32, left + 8 + pen.textlength(text, font), top), fill="#1f77b4")
        pen.text((left + 4, top - 31), text, fill="white", font=font)
    return drawn


def main() -> None:
    """Draw the first answer."""
    answers, output = Path(sys.argv[1]), Path(sys.argv[2])
    folder = min(path.parent for path in answers.glob("*/answer"))
    answer = json.loads((folder / "answer").read_bytes())
    drawn = draw(Image.open(folder / "request"), answer)
    drawn.quantize(48).save(output, optimize=True)  # the noise would take most of the file


if __name__ == "__main__":
    main()
