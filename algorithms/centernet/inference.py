"""Serve a model trained here: a picture in, a line of text for each object out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import torch
from batches import as_tensor, fit
from pictures import Image, as_json, picture_of

_WEIGHTS = "tutorial/weights/best.pt"
_THRESHOLD = 0.25
_MULTIPLE = 32


class Model(NamedTuple):
    """The detector, the side of the square it looks at, and from which score on it is believed."""

    detector: Any
    side: int
    threshold: float


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved; `model_name` may name a file of it, and `size` another side."""
    name, side, threshold = (os.environ.get(n) for n in ("model_name", "size", "threshold"))
    folder = Path(model_dir)
    custom = name in (None, "", "custom")
    path = folder / (_WEIGHTS if custom else str(name))
    if custom and not path.is_file():  # trained with another `name` or `project`
        path = next(iter(sorted(folder.glob("**/weights/best.pt"))), path)
    described = {"metadata.json": ""}
    detector = torch.jit.load(path, map_location=_device(), _extra_files=described).eval()
    pixels = int(side or json.loads(described["metadata.json"])["size"])
    if pixels % _MULTIPLE:
        raise ValueError(f"The variable 'size' must be a multiple of {_MULTIPLE}, is {pixels}.")
    return Model(detector, pixels, float(threshold or _THRESHOLD))


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def input_fn(body: str | bytes, content_type: str | None) -> Image.Image:
    """Read the picture of a request."""
    return picture_of(body, content_type)


def predict_fn(picture: Image.Image, model: Model) -> list[str]:
    """Find the objects; "class xcenter ycenter width height" of each, the surest first."""
    square, fitted = fit(picture, model.side)
    with torch.no_grad():
        boxes, scores, classes = model.detector(as_tensor(square)[None].to(_device()))
    found = scores[0] >= model.threshold
    moved = boxes[0, found].cpu() - torch.tensor([fitted.left, fitted.top] * 2)
    edges = (moved / torch.tensor(picture.size * 2) / fitted.scale).clamp(0, 1).tolist()
    return [
        _line(int(label), *box)
        for label, box in zip(classes[0, found].tolist(), edges, strict=True)
        if box[2] > box[0] and box[3] > box[1]
    ]


def _line(label: int, left: float, top: float, right: float, bottom: float) -> str:
    numbers = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
    return " ".join((str(label), *(f"{number:.6f}" for number in numbers)))


def output_fn(prediction: list[str], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return as_json(prediction, accept)
