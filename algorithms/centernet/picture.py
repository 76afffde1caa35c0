"""Draw the boxes of the answers on their pictures: `picture.py ANSWERS_FOLDER OUTPUT.png`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw

_SIDE = 384
_GAP = 12
_COLOURS = ("#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e")


def draw(picture: Image.Image, lines: list[str]) -> Image.Image:
    """Draw a frame with its class for each of *lines* on an enlarged copy."""
    drawn = picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(drawn)
    for line in lines:
        label, *numbers = line.split()
        x, y, width, height = (float(number) * _SIDE for number in numbers)
        colour = _COLOURS[int(label) % len(_COLOURS)]
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        pen.rectangle(box, outline=colour, width=3)
        pen.rectangle((box[0], box[1] - 14, box[0] + 14, box[1]), fill=colour)
        pen.text((box[0] + 4, box[1] - 13), label, fill="white")
    return drawn


def main() -> None:
    """Put all answers side by side."""
    answers, output = Path(sys.argv[1]), Path(sys.argv[2])
    folders = sorted(path.parent for path in answers.glob("*/answer"))
    drawn = [
        draw(Image.open(folder / "request"), json.loads((folder / "answer").read_bytes()))
        for folder in folders
    ]
    sheet = Image.new("RGB", (len(drawn) * (_SIDE + _GAP) - _GAP, _SIDE), "white")
    for place, picture in enumerate(drawn):
        sheet.paste(picture, (place * (_SIDE + _GAP), 0))
    sheet.quantize(48).save(output, optimize=True)  # the noise would take most of the file


if __name__ == "__main__":
    main()
