"""Find objects with the program that a run of centernet or yolov5 leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from parts import DataError

_GREY = 114

Picture = NDArray[np.uint8]


class Found(NamedTuple):
    """An object: its class and score, and its box in pixels of the picture."""

    label: int
    score: float
    left: float
    top: float
    right: float
    bottom: float


class Detector(NamedTuple):
    """The program, the side of the square it looks at, and the names of its classes."""

    program: Any
    side: int
    names: list[str]

    def find(self, picture: Picture, threshold: float, overlap: float) -> list[Found]:
        """Find the objects in *picture* (BGR), the surest first, none by more than *overlap*."""
        square, scale, left, top = _squared(picture, self.side)
        tensor = torch.from_numpy(square[:, :, ::-1].astype(np.float32) / 255)
        with torch.no_grad():
            boxes, scores, labels = self.program(tensor.permute(2, 0, 1)[None])
        moved = (boxes[0].numpy() - (left, top, left, top)) / scale
        height, width = picture.shape[:2]
        edges = moved.clip(0, (width, height, width, height))
        corners = [[x, y, right - x, bottom - y] for x, y, right, bottom in edges.tolist()]
        kept = cv2.dnn.NMSBoxesBatched(
            corners, scores[0].tolist(), labels[0].int().tolist(), threshold, overlap
        )
        chosen = (int(place) for place in np.asarray(kept, dtype=int).reshape(-1))
        return [
            Found(int(labels[0, place]), float(scores[0, place]), *edges[place].tolist())
            for place in chosen
            if corners[place][2] >= 1 and corners[place][3] >= 1
        ]


def load(path: Path) -> Detector:
    """Load the program at *path*; a DataError if it is none."""
    described = {"metadata.json": ""}
    try:
        program = torch.jit.load(path, map_location="cpu", _extra_files=described)
        told = json.loads(described["metadata.json"])
        return Detector(program.eval(), int(told["size"]), [str(name) for name in told["names"]])
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0].partition(". ")[0] if str(error) else repr(error)
        raise DataError(f"The detector is no program of centernet or yolov5: {reason}") from error


def _squared(picture: Picture, side: int) -> tuple[Picture, float, int, int]:
    """Put *picture* in the middle of a grey square; also give the scale and where it begins."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    square = np.full((side, side, 3), _GREY, np.uint8)
    square[top : top + size[1], left : left + size[0]] = cv2.resize(
        picture, size, interpolation=way
    )
    return square, scale, left, top
