"""Draw the page of mixed styles that the endpoint answered with: its last picture, larger."""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image

LARGER = 3


def main(answers: Path, output: Path) -> None:
    """Write the picture."""
    uris = json.loads((answers / "mixed_styles" / "answer").read_text())
    content = base64.b64decode(uris[-1].partition(",")[2])
    page = Image.open(io.BytesIO(content))
    size = (LARGER * page.width, LARGER * page.height)
    page.resize(size, Image.Resampling.NEAREST).save(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
