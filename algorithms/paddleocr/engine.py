"""PP-OCR by way of rapidocr, whose package carries the weights, with a recogniser of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rapidocr import RapidOCR

RECOGNISER = "recogniser.onnx"
DETECTOR = "det.onnx"


def engine(
    *, recogniser: Path | None = None, detector: Path | None = None, gpu: bool = False
) -> Any:  # noqa: ANN401
    """Build the engine that finds and reads text; nothing is fetched from the network."""
    params: dict[str, Any] = {
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.use_cuda": gpu,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    }
    if detector:
        params["Det.model_path"] = str(detector)
    if recogniser:
        # One line at a time and no wider than it is: that is what it was trained with.
        params |= {
            "Rec.model_path": str(recogniser),
            "Rec.rec_img_shape": [3, 48, 48],
            "Rec.rec_batch_num": 1,
        }
    return RapidOCR(params=params)
