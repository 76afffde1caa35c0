"""Draw the lines that were found and what was read: `picture.py ANSWERS_FOLDER OUTPUT.png`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont


def draw(picture: Image.Image, answer: dict[str, list[list[list[float]]]]) -> Image.Image:
    """Put the picture on the left, and on the right each text where it was found."""
    width, height = picture.size
    sheet = Image.new("RGB", (2 * width, height), "white")
    sheet.paste(picture.convert("RGB"), (0, 0))
    pen = ImageDraw.Draw(sheet)
    for text, box in zip(answer["label"], answer["bbox"], strict=True):
        points = [(x, y) for x, y in box]
        pen.polygon(points, outline="#d62728", width=2)
        pen.polygon([(x + width, y) for x, y in points], outline="#d62728", width=1)
        size = max(10, int(0.8 * (points[3][1] - points[0][1])))
        place = (points[0][0] + width + 4, points[0][1])
        pen.text(place, str(text), fill="#1f3b70", font=ImageFont.load_default(size=size))
    return sheet


def main() -> None:
    """Draw the first answer."""
    answers, output = Path(sys.argv[1]), Path(sys.argv[2])
    folder = min(path.parent for path in answers.glob("*/answer"))
    answer = json.loads((folder / "answer").read_bytes())
    draw(Image.open(folder / "request"), answer).save(output)


if __name__ == "__main__":
    main()
