"""People in pictures: MediaPipe's body tracker, or OpenCV's histograms for those who stand.

BlazePose is Bazarevsky et al., "BlazePose: On-device Real-time Body Pose Tracking", 2020; its
weights come with the package mediapipe (Apache-2.0). The histograms are Dalal and Triggs,
"Histograms of Oriented Gradients for Human Detection", 2005, with the weights of OpenCV.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import cv2
import mediapipe
import numpy as np
from detectors import Choice, choose
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pictures import Picture

Box = tuple[float, float, float, float]
MOST_PEOPLE = 8
SMALLEST = 0.001
"""Of the picture: less than a thousandth of it is nobody."""


class BlazePose:
    """Finds one body, covers it, and looks again: the network is made for one at a time."""

    def __init__(self, short_size: int) -> None:
        self.short_size = short_size
        # The only one of the three whose weights are in the package; the others are downloaded.
        self._network = mediapipe.solutions.pose.Pose(
            static_image_mode=True, model_complexity=1, enable_segmentation=True
        )
        self._lock = threading.Lock()

    def detect(self, picture: Picture) -> list[tuple[float, Box]]:
        """Return a score and a box for each body."""
        found: list[tuple[float, Box]] = []
        rest = picture.copy()
        with self._lock:
            while len(found) < MOST_PEOPLE:
                pose = self._network.process(rest)
                if pose.pose_landmarks is None:
                    break
                mask = pose.segmentation_mask > 0.5  # noqa: PLR2004 - more likely than not
                if mask.mean() < SMALLEST:
                    break
                found.append((_visibility(pose), _bounds(mask)))
                rest[_grown(mask)] = rest.mean(axis=(0, 1)).astype(np.uint8)
        return found


class Histograms:
    """Finds people who stand upright and are seen whole, many at a time."""

    def __init__(self, short_size: int) -> None:
        self.short_size = short_size
        self._hog = cv2.HOGDescriptor()
        self._hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())

    def detect(self, picture: Picture) -> list[tuple[float, Box]]:
        """Return a score and a box for each body; its distance from the boundary is the score."""
        boxes, weights = self._hog.detectMultiScale(picture, winStride=(8, 8), padding=(8, 8))
        return [
            (float(weight / (1 + weight)), (float(x), float(y), float(x + w), float(y + h)))
            for (x, y, w, h), weight in zip(boxes, np.ravel(weights), strict=True)
            if weight > 0
        ]


Detector = BlazePose | Histograms
OWN = {
    "blazepose": Choice(512, BlazePose),
    "histograms": Choice(416, Histograms),
}


def load(model_dir: str, name: str | None) -> Detector:
    """Return the detector *name*; the weights come with the packages."""
    del model_dir
    choice = choose(name, OWN, default="blazepose")
    return choice.make(choice.short_size)


def _visibility(pose: object) -> float:
    """Say how much of the body is seen: the mean of its points that are in the picture."""
    points = pose.pose_landmarks.landmark  # type: ignore[attr-defined]
    inside = [p.visibility for p in points if 0 <= p.x <= 1 and 0 <= p.y <= 1]
    return float(np.mean(inside)) if inside else 0.0


def _bounds(mask: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return *mask* with a margin: what is left of an outline would be found again."""
    size = max(3, round(0.05 * min(mask.shape)))
    kernel = np.ones((size, size), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)
