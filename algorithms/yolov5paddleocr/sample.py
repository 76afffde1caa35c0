"""Render scenes with plates, and train centernet to find them: `sample.py OUTPUT_FOLDER`."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 320
_CENTERNET = Path(__file__).resolve().parents[1] / "centernet"
_CHARACTERS = "ABCDEFHKLMNPRSTUVWXYZ2345678"
_DATA = "names: [plate]\nnc: 1\ntrain: images/train\nval: images/val\n"
_SETTINGS = """\
hyperparameters:
  classes: plate
gate:
  metric: validation:recall
  minimum: 0.8
"""
_COUNTS = {"train": 60, "val": 12, "test": 8}


def scene(random: np.random.Generator) -> tuple[Image.Image, list[tuple[str, tuple[int, ...]]]]:
    """Draw one or two plates, and a text that is on none; give what the plates say, and where."""
    ground = random.uniform(90, 200, 3) + random.normal(0, 10, (SIDE, SIDE, 3))
    picture = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    plates: list[tuple[str, tuple[int, ...]]] = []
    rows = random.permutation([30, 130, 230])
    for row in rows[: random.integers(1, 3)]:
        size = int(random.integers(24, 33))
        text = "".join(random.choice(list(_CHARACTERS), 6))
        width, height = int(6 * 0.78 * size) + 24, int(1.3 * size) + 12
        left, top = int(random.integers(8, SIDE - width - 8)), int(row + random.integers(-15, 16))
        box = (left, top, left + width, top + height)
        pen.rounded_rectangle(box, 6, fill=(250, 250, 240), outline=(20, 20, 30), width=3)
        font = ImageFont.load_default(size=size)
        pen.text((left + width / 2, top + height / 2), text, (20, 20, 30), font, anchor="mm")
        plates.append((text, box))
    place = (int(random.integers(10, 160)), int(rows[2] + 20))
    pen.text(place, "NO PLATE", fill=(30, 30, 30), font=ImageFont.load_default(size=24))
    return picture, plates


def make(folder: Path, seed: int = 11) -> None:
    """Write the channels detector and images, and run.yaml."""
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        for part in ("train", "val"):
            _write_part(data, part, random)
        (data / "cfg").mkdir()
        (data / "cfg" / "data.yaml").write_text(_DATA, encoding="utf-8")
        model = _train(data)
        (folder / "detector").mkdir(parents=True)
        with tarfile.open(folder / "detector" / "model.tar.gz", "w:gz") as tar:
            tar.add(model, ".")
    (folder / "images").mkdir()
    rows = []
    for number in range(_COUNTS["test"]):
        picture, plates = scene(random)
        picture.save(folder / "images" / f"{number}.png")
        rows += [f"{number}.png\t{text}\n" for text, _ in plates]
    (folder / "images" / "texts.txt").write_text("".join(rows), encoding="utf-8")
    (folder / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


def _write_part(data: Path, part: str, random: np.random.Generator) -> None:
    for kind in ("images", "labels"):
        (data / kind / part).mkdir(parents=True)
    for number in range(_COUNTS[part]):
        picture, plates = scene(random)
        picture.save(data / "images" / part / f"{number}.png")
        lines = []
        for _, (left, top, right, bottom) in plates:
            box = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
            lines.append(" ".join(("0", *(f"{edge / SIDE:.6f}" for edge in box))))
        (data / "labels" / part / f"{number}.txt").write_text("\n".join(lines), encoding="utf-8")


def _train(data: Path) -> Path:
    """Train the detector as its own training job would."""
    model = data / "model"
    channels = {f"SM_CHANNEL_{n.upper()}": str(data / n) for n in ("images", "labels", "cfg")}
    options = ("--cfg=n", "--img=160", "--batch=8", "--epochs=14", "--lr0=0.004", "--device=cpu")
    subprocess.run(
        [sys.executable, str(_CENTERNET / "train.py"), *options],
        env={**os.environ, **channels, "SM_MODEL_DIR": str(model)},
        check=True,
    )
    return model


if __name__ == "__main__":
    make(Path(sys.argv[1]))
