"""The file of further hyperparameters that YOLOv5's users lay beside data.yaml: `hyp*.yaml`."""

from __future__ import annotations

import yaml
from data_set import DataError, channel

# fmt: off
_NUMBERS = frozenset(
    {
        "box", "bgr", "close_mosaic", "cls", "copy_paste", "cutmix", "degrees", "dfl",
        "fliplr", "flipud", "hsv_h", "hsv_s", "hsv_v", "lr0", "lrf", "mixup", "momentum",
        "mosaic", "nbs", "patience", "perspective", "scale", "shear", "translate",
        "warmup_bias_lr", "warmup_epochs", "warmup_momentum", "weight_decay",
    }
)
# fmt: on
_OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSProp", "auto")
_GONE = frozenset({"anchor_t", "anchors", "cls_pw", "fl_gamma", "iou_t", "obj", "obj_pw"})


def read_hyp() -> dict[str, float | str]:
    """Read the file, if there is one; what was for anchors is left out, for there are none."""
    files = sorted(channel("cfg").glob("hyp*.y*ml"))
    if not files:
        return {}
    name = f"cfg/{files[0].name}"
    try:
        found = yaml.safe_load(files[0].read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{name} is no YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(found, dict):
        raise DataError(f"{name} must be keys with numbers, is {found!r:.80}.")
    if left := sorted(set(found) & _GONE):
        print(f"{name}: {', '.join(left)} mean nothing to a network without anchors")
    return {key: _checked(name, key, found[key]) for key in found if key not in _GONE}


def _checked(name: str, key: str, value: object) -> float | str:
    if key == "optimizer" and value in _OPTIMIZERS:
        return str(value)
    if key == "optimizer":
        raise DataError(f"{name}: optimizer must be one of {', '.join(_OPTIMIZERS)}: {value!r}.")
    if key not in _NUMBERS:
        known = ", ".join(sorted(_NUMBERS))
        raise DataError(f"{name}: '{key}' is unknown; known are optimizer, {known}.")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise DataError(f"{name}: '{key}' must be a number of at least 0, is {value!r}.")
    return value
