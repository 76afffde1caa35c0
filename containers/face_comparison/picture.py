"""Draw the two pictures of a request side by side, with the faces and how similar they are."""

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

SIDE = 288


def main(answers: Path, output: Path) -> None:
    """Write the picture."""
    page = Image.new("RGB", (2 * SIDE, 2 * SIDE), "white")
    names = ("the_same_person_mirrored_and_brighter", "another_person")
    for row, name in enumerate(names):
        request = json.loads((answers / name / "request").read_text())
        answer = json.loads((answers / name / "answer").read_text())
        source = drawn(request["source_image_bytes"], [(answer["SourceImageFace"], "")])
        matches = [(m["Face"], f"{m['Similarity']:.2f}") for m in answer["FaceMatches"]]
        page.paste(source, (0, SIDE * row))
        page.paste(drawn(request["target_image_bytes"], matches), (SIDE, SIDE * row))
    page.quantize(128).save(output, optimize=True)


def drawn(encoded: str, faces: list[tuple[dict[str, Any], str]]) -> Image.Image:
    """Return a picture with a box, the key points and a word for each face."""
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for face, word in faces:
        box = face["BoundingBox"]
        pen.rectangle(box, outline=(255, 64, 0), width=3)
        for x, y in face["KeyPoints"].values():
            pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=(0, 220, 0))
        pen.text((box[0] + 5, box[3] + 4), word, fill=(255, 64, 0))
    return picture.resize((SIDE, SIDE))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
