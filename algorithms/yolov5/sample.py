"""The sample of centernet, which takes the same data: `sample.py OUTPUT_FOLDER`."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

_SETTINGS = """\
hyperparameters:
  cfg: yolov5n.yaml
  weight: ""
  img: 128
  batch: 8
  epochs: 18
  device: cpu
gate:
  metric: validation:map50
  minimum: 0.4
training:
  instance_type: ml.m5.xlarge
endpoint:
  environment:
    size: "128"
"""

_HYP = """\
# For a network without weights and a hundred pictures.
optimizer: AdamW
lr0: 0.004
nbs: 8
warmup_epochs: 1
mosaic: 0
"""

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    runpy.run_path(str(Path(__file__).parents[1] / "centernet" / "sample.py"))["make"](folder)
    (folder / "cfg" / "hyp.yaml").write_text(_HYP, encoding="utf-8")
    (folder / "run.yaml").write_text(_SETTINGS, encoding="utf-8")
