"""Draw the faces of the request, each with whom it was taken for and how sure."""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw

SIDE, LINE = 192, 40


def main(answers: Path, output: Path) -> None:
    """Write the picture."""
    folder = answers / "the_same_face_twice_and_another"
    images = json.loads((folder / "request").read_text())["images"]
    faces = json.loads((folder / "answer").read_text())["faces"]
    page = Image.new("RGB", (SIDE * len(images), SIDE + LINE), "white")
    pen = ImageDraw.Draw(page)
    for number, (image, face) in enumerate(zip(images, faces, strict=True)):
        picture = Image.open(io.BytesIO(base64.b64decode(image))).resize((SIDE, SIDE))
        page.paste(picture, (SIDE * number, 0))
        words = f"{face['nearest']} {face['similarity']:.2f}"
        pen.text((SIDE * number + 8, SIDE + 12), words, fill="black")
    page.save(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
