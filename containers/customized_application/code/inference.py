"""Pictures in, boxes out: the requests and responses of every detector behind this server.

The request is `{"image_bytes": base64, "short_size": 416}`. The response is the picture's size and
a score and a box for each thing that was found, in pixels of the picture as it was sent, the best
first. What finds them is `predictor.py`, of which this knows no more than `Detector` says.
"""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple, Protocol

import numpy as np
import predictor
from pictures import JSON, Picture, read_members, read_picture
from PIL import Image
from refusals import RequestError

SHORT_SIZES = range(32, 2049)
LONGEST_SIDE = 2048
NAME = "OBJECT_DETECTION_MODEL_NAME"
"""The variable that selects a detector."""


class Found(NamedTuple):
    """One thing: a number from 0 to 1 that says how sure it is, and its corners."""

    score: float
    box: tuple[float, float, float, float]
    """xmin, ymin, xmax, ymax in pixels of the picture that was looked at."""


class Detector(Protocol):
    """What `predictor.load` gives."""

    short_size: int
    """To which the shorter side of a picture is scaled, unless the request says another."""

    def detect(self, picture: Picture) -> list[tuple[float, tuple[float, float, float, float]]]:
        """Return the score and the box of each thing in *picture*."""


class Request(NamedTuple):
    """A request, read."""

    picture: Picture
    short_size: int | None


def model_fn(model_dir: str) -> Detector:
    """Load the detector that the variable names, or the predictor's own choice."""
    detector: Detector = predictor.load(model_dir, os.environ.get(NAME))
    return detector


def input_fn(body: str | bytes, content_type: str | None) -> Request:
    """Read a request."""
    members = read_members(body, content_type, "image_bytes")
    short_size = members.get("short_size")
    is_whole = isinstance(short_size, int) and not isinstance(short_size, bool)
    if short_size is not None and not (is_whole and short_size in SHORT_SIZES):
        raise RequestError(
            f"'short_size' must be a whole number from {SHORT_SIZES[0]} to {SHORT_SIZES[-1]}, "
            f"is {short_size!r}."
        )
    return Request(read_picture(members["image_bytes"], "image_bytes"), short_size)


def predict_fn(request: Request, detector: Detector) -> dict[str, Any]:
    """Look at the picture in the size that was asked for, and answer in its own."""
    height, width, channels = request.picture.shape
    scale = (request.short_size or detector.short_size) / min(height, width)
    scale = min(scale, LONGEST_SIDE / max(height, width))
    found = [Found(*item) for item in detector.detect(_scaled(request.picture, scale))]
    found.sort(key=lambda item: (-item.score, item.box))
    return {
        "width": width,
        "height": height,
        "channels": channels,
        "bbox_scores": [[round(item.score, 6)] for item in found],
        "bbox_coords": [_inside(item.box, scale, width, height) for item in found],
    }


def output_fn(answer: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer, which is JSON whatever is accepted."""
    del accept
    return json.dumps(answer), JSON


def _scaled(picture: Picture, scale: float) -> Picture:
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    resized = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized)


def _inside(
    box: tuple[float, float, float, float], scale: float, width: int, height: int
) -> list[float]:
    limits = (width, height, width, height)
    return [
        round(min(max(side / scale, 0.0), limit), 1)
        for side, limit in zip(box, limits, strict=True)
    ]
