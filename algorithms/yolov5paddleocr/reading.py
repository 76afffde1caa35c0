"""One endpoint of two models: find objects, cut each out, read it, and say where that was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import detector
from detector import Detector, Found, Picture
from parts import DETECTOR, RECOGNISER
from rapidocr import RapidOCR

SETTINGS = "settings.json"
_SIDE = 160  # an object is small: PP-OCR would enlarge it to 736 pixels, and take ten times as long


class Settings(NamedTuple):
    """Which objects count, how much around them is cut out, and which texts are believed."""

    threshold: float = 0.25
    overlap: float = 0.45
    margin: float = 0.05
    classes: tuple[int, ...] = ()
    text_threshold: float = 0.5


class Text(NamedTuple):
    """A line of text, how sure it is, its four points in the picture, and in which object."""

    text: str
    confidence: float
    points: list[list[float]]
    place: int


class Reader(NamedTuple):
    """The two models and what they are told."""

    detector: Detector
    engine: Any
    settings: Settings

    def read(self, picture: Picture) -> tuple[list[Found], list[Text]]:
        """Find the objects of *picture* (BGR) and read the text in each."""
        told = self.settings
        found = self.detector.find(picture, told.threshold, told.overlap)
        objects = [one for one in found if not told.classes or one.label in told.classes]
        texts = [text for n, one in enumerate(objects) for text in self._texts(picture, n, one)]
        return objects, texts

    def _texts(self, picture: Picture, place: int, one: Found) -> list[Text]:
        height, width = picture.shape[:2]
        around = self.settings.margin * max(one.right - one.left, one.bottom - one.top)
        left, top = max(0, int(one.left - around)), max(0, int(one.top - around))
        right, bottom = min(width, int(one.right + around) + 1), int(one.bottom + around) + 1
        read = self.engine(picture[top : min(height, bottom), left:right])
        if not read.txts or read.boxes is None:
            return []
        return [
            Text(text, float(score), [[float(x) + left, float(y) + top] for x, y in box], place)
            for text, score, box in zip(read.txts, read.scores, read.boxes, strict=True)
        ]


def reader(folder: Path, settings: Settings) -> Reader:
    """Load both models from *folder*; without a recogniser in it, PP-OCR's of the package."""
    params: dict[str, Any] = {
        "Global.log_level": "error",
        "Global.text_score": settings.text_threshold,
        "Det.limit_side_len": _SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    }
    if (folder / RECOGNISER).is_file():
        params["Rec.model_path"] = str(folder / RECOGNISER)
        params |= {"Rec.rec_img_shape": [3, 48, 48], "Rec.rec_batch_num": 1}
    return Reader(detector.load(folder / DETECTOR), RapidOCR(params=params), settings)


def saved(folder: Path) -> Settings:
    """Read the settings that the model was put together with."""
    told = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    return Settings(**told | {"classes": tuple(told["classes"])})
