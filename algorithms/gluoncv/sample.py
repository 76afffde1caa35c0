"""Write handwritten digits as folders of pictures: `sample.py OUTPUT_FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

_PARTS = {"train": 40, "val": 15, "test": 15}
_SIDE = 32
_SETTINGS = """\
hyperparameters:
  model_name: CIFAR_ResNet20_v1
  pretrained: false
  classes: 10
  size: 32
  batch_size: 16
  epochs: 7
  learning_rate: 0.05
gate:
  metric: validation:accuracy
  minimum: 0.8
training:
  instance_type: ml.m5.xlarge
endpoint:
  environment:
    task: classification
    top_k: "3"
"""


def picture(pixels: np.ndarray) -> Image.Image:
    """Enlarge a digit of 8 x 8 pixels, dark on light."""
    grey = (255 - pixels * (255 / 16)).clip(0, 255).astype(np.uint8)
    return Image.fromarray(grey).resize((_SIDE, _SIDE), Image.BILINEAR).convert("RGB")


def make(folder: Path) -> None:
    """Write the channels train, val and test, and run.yaml."""
    digits = load_digits()
    for label in range(10):
        places = iter(np.flatnonzero(digits.target == label))
        for part, count in _PARTS.items():
            place = folder / part / f"digit_{label}"
            place.mkdir(parents=True)
            for number in range(count):
                picture(digits.images[next(places)]).save(place / f"{number:02}.png")
    (folder / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
