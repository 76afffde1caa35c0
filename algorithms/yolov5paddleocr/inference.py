"""Find objects in a picture and read the text in each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from detector import Found
from pictures import Image, as_json, picture_of
from reading import Reader, reader, saved


def model_fn(model_dir: str) -> Reader:
    """Load both models; variables of the endpoint overrule what they were put together with."""
    folder = Path(model_dir)
    told = saved(folder)
    numbers = ("threshold", "overlap", "margin", "text_threshold")
    given = {name: float(os.environ[name]) for name in numbers if os.environ.get(name)}
    both = reader(folder, told._replace(**given))
    both.engine(np.full((64, 64, 3), 255, np.uint8))  # what is wrong with a model shows now
    return both


def input_fn(body: str | bytes, content_type: str | None) -> Image.Image:
    """Read the picture of a request."""
    return picture_of(body, content_type)


def predict_fn(picture: Image.Image, both: Reader) -> dict[str, list[Any]]:
    """Read; `label`, `confidence` and `bbox` of each text, and `object`, its place in `objects`."""
    objects, texts = both.read(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    return {
        "label": [text.text for text in texts],
        "confidence": [round(text.confidence, 5) for text in texts],
        "bbox": [[[round(x, 1), round(y, 1)] for x, y in text.points] for text in texts],
        "object": [text.place for text in texts],
        "objects": [_line(one, *picture.size) for one in objects],
    }


def _line(one: Found, width: int, height: int) -> str:
    """Write an object as the detector's own endpoint does."""
    numbers = (
        (one.left + one.right) / 2 / width,
        (one.top + one.bottom) / 2 / height,
        (one.right - one.left) / width,
        (one.bottom - one.top) / height,
    )
    return " ".join((str(one.label), *(f"{number:.6f}" for number in numbers)))


def output_fn(prediction: dict[str, list[Any]], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return as_json(prediction, accept)
