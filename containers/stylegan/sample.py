"""Make the sample: the first handwritten digits of scikit-learn's data set, a folder for each."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

COUNT = 400
SETTINGS = """# A generator this small learns digits in seconds.
hyperparameters:
  {kimg: 3, gpus: 0, resolution: 16, channels: 16, latent: 64, batch: 16, gamma: 0.3, reports: 3}
training: {instance_type: ml.m5.xlarge}
endpoint: {instance_type: ml.m5.xlarge}
"""


def main(folder: Path) -> None:
    """Write the pictures and the settings of the run."""
    digits = load_digits()
    pairs = zip(digits.images[:COUNT], digits.target[:COUNT], strict=True)
    for number, (pixels, digit) in enumerate(pairs):
        values = np.round(pixels * 255 / 16).astype(np.uint8)
        path = folder / "dataset" / str(digit) / f"{number:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(values).resize((16, 16), Image.Resampling.BICUBIC).save(path)
    (folder / "run.yaml").write_text(SETTINGS, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
