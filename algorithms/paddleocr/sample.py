"""Render lines of part numbers to learn from, and a sheet of them: `sample.py OUTPUT_FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_CHARACTERS = "0123456789ABCDEF"
_COUNTS = {"rec_gt_train.txt": 320, "rec_gt_test.txt": 80}
_CONFIG = """\
Global:
  epoch_num: 12
  use_gpu: false
Architecture:
  model_type: rec
  algorithm: CRNN
Optimizer:
  lr:
    learning_rate: 0.004
Train:
  dataset:
    label_file_list: [./rec_gt_train.txt]
  loader:
    batch_size_per_card: 8
Eval:
  dataset:
    label_file_list: [./rec_gt_test.txt]
"""
_SETTINGS = """\
hyperparameters:
  c: /opt/ml/input/data/dataset/configs/rec/part_numbers.yml
gate:
  metric: validation:accuracy
  minimum: 0.8
training:
  instance_type: ml.m5.xlarge
"""


def make(folder: Path, seed: int = 3) -> None:
    """Write the channel dataset, and run.yaml."""
    random = np.random.default_rng(seed)
    dataset = folder / "dataset"
    for name, count in _COUNTS.items():
        part = name.removeprefix("rec_gt_").removesuffix(".txt")
        (dataset / part).mkdir(parents=True)
        rows = []
        for place in range(count):
            text = part_number(random)
            line(text, random).save(dataset / part / f"{place:04}.jpg", quality=85)
            rows.append(f"{part}/{place:04}.jpg\t{text}\n")
        (dataset / name).write_text("".join(rows), encoding="utf-8")
    (dataset / "configs" / "rec").mkdir(parents=True)
    (dataset / "configs" / "rec" / "part_numbers.yml").write_text(_CONFIG, encoding="utf-8")
    (folder / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


def part_number(random: np.random.Generator) -> str:
    """Make up a number such as 4F-09C2."""
    code = "".join(random.choice(list(_CHARACTERS), 6))
    return f"{code[:2]}-{code[2:]}"


def line(text: str, random: np.random.Generator) -> Image.Image:
    """Render *text* in dark on light, of any size, a little blurred and noisy."""
    font = ImageFont.load_default(size=int(random.integers(22, 40)))
    left, top, right, bottom = font.getbbox(text)
    margin = random.integers(2, 9, 4)
    size = (int(right - left + margin[0] + margin[1]), int(bottom - top + margin[2] + margin[3]))
    ground, ink = int(random.integers(150, 256)), int(random.integers(0, 90))
    picture = Image.new("L", size, ground)
    ImageDraw.Draw(picture).text((margin[0] - left, margin[2] - top), text, fill=ink, font=font)
    picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0, 1)))
    noisy = np.asarray(picture) + random.normal(0, 6, size[::-1])
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).convert("RGB")


def sheet(texts: list[str]) -> Image.Image:
    """Set *texts* in two columns on a page."""
    font = ImageFont.load_default(size=30)
    page = Image.new("RGB", (520, 60 + 70 * ((len(texts) + 1) // 2)), (246, 244, 236))
    pen = ImageDraw.Draw(page)
    for place, text in enumerate(texts):
        pen.text(
            (60 + 240 * (place % 2), 40 + 70 * (place // 2)), text, fill=(30, 30, 40), font=font
        )
    return page


if __name__ == "__main__":
    make(Path(sys.argv[1]))
