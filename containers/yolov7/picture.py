"""Draw the boxes: as the algorithm does whose scripts these are."""

import runpy
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "algorithms" / "centernet" / "picture.py"

if __name__ == "__main__":
    runpy.run_path(str(SCRIPT), run_name="__main__")
