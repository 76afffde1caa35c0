"""The part to change: what finds things in pictures. As it is, it finds QR codes.

`load` is called once. It gets the folder of the model, where a trained one would be, and the name
of a detector, None if nobody asked for one. It returns what has a `short_size` and a `detect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from pictures import Picture

Box = tuple[float, float, float, float]

READ, UNREAD = 1.0, 0.5
"""How sure it is of a code that could be read, and of one that only looks like it."""


class QrCodes:
    """Finds QR codes, with OpenCV's detector: it needs no weights."""

    short_size = 512

    def detect(self, picture: Picture) -> list[tuple[float, Box]]:
        """Return a score and a box for each code."""
        # One for each call: it is not made for several threads, and costs next to nothing.
        detector = cv2.QRCodeDetector()
        gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        _, texts, corners, _ = detector.detectAndDecodeMulti(gray)
        if corners is None:
            return []
        return [
            (READ if text else UNREAD, (*four.min(axis=0).tolist(), *four.max(axis=0).tolist()))
            for text, four in zip(texts, corners, strict=True)
        ]


def load(model_dir: str, name: str | None) -> QrCodes:
    """Return the one detector there is; *model_dir* and *name* are for those with a choice."""
    del model_dir
    if name not in (None, "", "qr_codes"):
        raise ValueError(f"There is no detector '{name}'; the only one is 'qr_codes'.")
    return QrCodes()
