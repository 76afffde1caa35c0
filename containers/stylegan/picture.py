"""Draw what the endpoint answered for each class, a row for each, larger."""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image

LARGER = 3


def main(answers: Path, output: Path) -> None:
    """Write the picture."""
    rows = [drawn(folder / "answer") for folder in sorted(answers.glob("class_*"))]
    width, height = rows[0][0].size
    page = Image.new("RGB", (width * len(rows[0]), height * len(rows)))
    for y, row in enumerate(rows):
        for x, image in enumerate(row):
            page.paste(image, (width * x, height * y))
    size = (LARGER * page.width, LARGER * page.height)
    page.resize(size, Image.Resampling.NEAREST).save(output, optimize=True)


def drawn(answer: Path) -> list[Image.Image]:
    """Decode the pictures of an answer."""
    uris = json.loads(answer.read_text())
    return [Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) for uri in uris]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
