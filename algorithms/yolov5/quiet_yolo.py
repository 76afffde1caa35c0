"""Ultralytics, which is told by variables to install nothing, report nothing and write little."""

from __future__ import annotations

import os
import tempfile
from typing import Any

_SETTINGS = {
    "YOLO_AUTOINSTALL": "false",
    "YOLO_OFFLINE": "true",
    "YOLO_VERBOSE": "false",
    "YOLO_CONFIG_DIR": tempfile.gettempdir(),
}


def yolo(*, online: bool = False) -> Any:  # noqa: ANN401 - the package has no types
    """Import the class `YOLO`; only weights that are to be fetched need it to be *online*."""
    os.environ.update(_SETTINGS | {"YOLO_OFFLINE": str(not online).lower()})
    from ultralytics import YOLO, settings  # noqa: PLC0415 - it reads the variables when imported

    settings.update({"sync": False})
    return YOLO
