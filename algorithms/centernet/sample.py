"""Make a data set of coloured shapes on noise: `sample.py OUTPUT_FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

NAMES = ("circle", "square", "triangle")
SIDE = 128
_CONTRAST = 200
_COUNTS = {"train": 96, "val": 24}
_DESCRIPTION = """\
# The paths are those inside the training job; they need no change.
train: /opt/ml/input/data/images/train/
val: /opt/ml/input/data/images/val/
nc: 3
names: [circle, square, triangle]
"""

_SETTINGS = """\
hyperparameters:
  cfg: n
  img: 128
  batch: 8
  epochs: 24
  lr0: 0.004
  device: cpu
gate:
  metric: validation:map50
  minimum: 0.7
training:
  instance_type: ml.m5.xlarge
"""


def make(folder: Path, seed: int = 7) -> None:
    """Write the channels images, labels and cfg, and run.yaml."""
    random = np.random.default_rng(seed)
    for part, count in _COUNTS.items():
        for kind in ("images", "labels"):
            (folder / kind / part).mkdir(parents=True, exist_ok=True)
        for place in range(count):
            picture, lines = scene(random)
            picture.save(folder / "images" / part / f"{place:03}.jpg", quality=90)
            text = "".join(f"{line}\n" for line in lines)
            (folder / "labels" / part / f"{place:03}.txt").write_text(text, encoding="utf-8")
    (folder / "cfg").mkdir(exist_ok=True)
    (folder / "cfg" / "data.yaml").write_text(_DESCRIPTION, encoding="utf-8")
    (folder / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


def scene(random: np.random.Generator) -> tuple[Image.Image, list[str]]:
    """Draw one to four shapes that do not touch, and say where they are."""
    ground = random.uniform(20, 235, 3) + random.normal(0, 12, (SIDE, SIDE, 3))
    picture = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    draw, lines = ImageDraw.Draw(picture), []
    taken: list[tuple[int, int, int]] = []
    for _ in range(random.integers(1, 5)):
        size = int(random.integers(26, 57))
        left, top = (int(value) for value in random.integers(1, SIDE - size - 1, 2))
        corner = (left, top, size)
        if any(_touch(corner, other) for other in taken):
            continue
        taken.append(corner)
        label = int(random.integers(len(NAMES)))
        _shape(draw, label, (left, top, left + size, top + size), _colour(random, ground))
        centre = ((left + size / 2) / SIDE, (top + size / 2) / SIDE)
        lines.append(f"{label} {centre[0]:.6f} {centre[1]:.6f} {size / SIDE:.6f} {size / SIDE:.6f}")
    return picture, lines


def _touch(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    reach = max(one[2], other[2]) + 2
    return abs(one[0] - other[0]) < reach and abs(one[1] - other[1]) < reach


def _colour(random: np.random.Generator, ground: np.ndarray) -> tuple[int, ...]:
    """Choose a colour that can be told from the *ground*."""
    mean = ground.mean((0, 1))
    while True:
        colour = random.integers(0, 256, 3)
        if np.abs(colour - mean).sum() > _CONTRAST:
            return tuple(int(value) for value in colour)


def _shape(
    draw: ImageDraw.ImageDraw, label: int, box: tuple[int, int, int, int], colour: tuple[int, ...]
) -> None:
    left, top, right, bottom = box
    if NAMES[label] == "circle":
        draw.ellipse(box, fill=colour)
    elif NAMES[label] == "square":
        draw.rectangle(box, fill=colour)
    else:
        draw.polygon([(left, bottom), ((left + right) // 2, top), (right, bottom)], fill=colour)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
