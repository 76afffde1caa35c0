"""Find and read the text of a picture, with PP-OCR's weights or a recogniser trained here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from engine import DETECTOR, RECOGNISER, engine
from pictures import Image, as_json, picture_of


def model_fn(model_dir: str) -> Any:  # noqa: ANN401 - the package has no types
    """Build the engine from what training left, or what the variables name instead."""
    folder = Path(model_dir)
    reader = engine(
        recogniser=_file(folder, "rec_model_dir", RECOGNISER),
        detector=_file(folder, "det_model_dir", DETECTOR),
        gpu=os.environ.get("device", "cpu") == "gpu",  # noqa: SIM112 - the original's name
    )
    reader(np.full((64, 64, 3), 255, np.uint8))  # what is wrong with a model shows now
    return reader


def _file(folder: Path, variable: str, name: str) -> Path | None:
    if given := os.environ.get(variable):
        path = folder / given
        if not path.is_file():
            raise FileNotFoundError(f"The variable {variable} names {given}, which is missing.")
        return path
    return folder / name if (folder / name).is_file() else None


def input_fn(body: str | bytes, content_type: str | None) -> Image.Image:
    """Read the picture of a request."""
    return picture_of(body, content_type)


def predict_fn(picture: Image.Image, reader: Any) -> dict[str, list[Any]]:  # noqa: ANN401
    """Read the text, and say how sure that is and which four points are around it."""
    found = reader(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    if not found.txts or found.boxes is None:
        return {"label": [], "confidence": [], "bbox": []}
    return {
        "label": list(found.txts),
        "confidence": [round(float(score), 5) for score in found.scores],
        "bbox": [[[round(float(n), 1) for n in point] for point in box] for box in found.boxes],
    }


def output_fn(prediction: dict[str, list[Any]], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return as_json(prediction, accept)
