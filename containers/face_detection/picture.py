"""Draw the boxes of the answer on the picture that was sent."""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw


def main(answers: Path, output: Path) -> None:
    """Write the picture."""
    folder = answers / "one_astronaut"
    request = json.loads((folder / "request").read_text())
    answer = json.loads((folder / "answer").read_text())
    picture = Image.open(io.BytesIO(base64.b64decode(request["image_bytes"]))).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for (score,), box in zip(answer["bbox_scores"], answer["bbox_coords"], strict=True):
        pen.rectangle(box, outline=(255, 64, 0), width=3)
        pen.text((box[0] + 5, box[1] + 4), f"{score:.2f}", fill=(255, 64, 0))
    picture.quantize(128).save(output, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
