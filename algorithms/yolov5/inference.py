"""Serve a YOLO trained here: a picture in, a line of text for each object out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from pictures import Image, as_json, picture_of
from quiet_yolo import yolo

_WEIGHTS = "tutorial/weights/best.pt"
_SIZE = 640
_THRESHOLD = 0.25


class Model(NamedTuple):
    """The network, the side of the pictures it looks at, and which scores are believed."""

    network: Any
    size: int
    threshold: float


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved, or what `model_name` names: a file, or weights to be fetched."""
    name, size, threshold = (os.environ.get(n) for n in ("model_name", "size", "threshold"))
    folder = Path(model_dir)
    path = folder / _WEIGHTS
    if name in (None, "", "custom"):
        if not path.is_file():  # trained with another `name` or `project`
            path = next(iter(sorted(folder.glob("**/weights/best.pt"))), path)
        network = yolo()(str(path))
    else:
        given = folder / str(name)
        network = yolo(online=not given.is_file())(str(given) if given.is_file() else str(name))
    return Model(network, int(size or _SIZE), float(threshold or _THRESHOLD))


def input_fn(body: str | bytes, content_type: str | None) -> Image.Image:
    """Read the picture of a request."""
    return picture_of(body, content_type)


def predict_fn(picture: Image.Image, model: Model) -> list[str]:
    """Find the objects; "class xcenter ycenter width height" of each, the surest first."""
    (found,) = model.network.predict(
        picture, imgsz=model.size, conf=model.threshold, verbose=False, save=False
    )
    return [
        " ".join((str(int(label)), *(f"{number:.6f}" for number in box)))
        for label, box in zip(found.boxes.cls.tolist(), found.boxes.xywhn.tolist(), strict=True)
    ]


def output_fn(prediction: list[str], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return as_json(prediction, accept)
