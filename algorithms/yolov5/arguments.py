"""What a training is told, by YOLOv5's names: hyperparameters, and `train-args.json` in `cfg`."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from data_set import DataError

_MODEL = "/opt/ml/model"
_NAMES = {
    "epochs": "epochs",
    "batch": "batch",
    "batch_size": "batch",
    "weight": "weight",
    "weights": "weight",
    "model": "weight",
    "pretrained_model": "weight",
    "pretrained_model_name": "weight",
}


def parse(argv: list[str], **defaults: object) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="/opt/ml/input/data/cfg/data.yaml")
    parser.add_argument("--cfg", default="yolov5s.yaml")
    parser.add_argument("--weight", default="")
    parser.add_argument("--project", default=f"{_MODEL}/")
    parser.add_argument("--name", default="tutorial")
    parser.add_argument("--img", type=int, default=640)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--lr0", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(**defaults)
    return _with_file(parser.parse_args(argv))


def _with_file(options: argparse.Namespace) -> argparse.Namespace:
    """Let train-args.json, which comes with the data, have the last word."""
    path = Path(os.environ.get("SM_CHANNEL_CFG", ""), "train-args.json")
    if not path.is_file():
        return options
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"cfg/{path.name} is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise DataError(f"cfg/{path.name} must be an object, is {found!r:.80}.")
    for key, value in found.items():
        name = _NAMES.get("_".join(key.lower().replace("-", " ").split()))
        if name is None:
            raise DataError(f"cfg/{path.name}: '{key}' is none of {', '.join(_NAMES)}.")
        setattr(options, name, _checked(path.name, key, value, getattr(options, name)))
        print(f"cfg/{path.name} says {name}={value}")
    return options


def _checked(file: str, key: str, value: Any, instead_of: object) -> Any:  # noqa: ANN401
    right = isinstance(value, type(instead_of)) and not isinstance(value, bool)
    if not right or (isinstance(value, int) and value < 1):
        kind = "a positive integer" if isinstance(instead_of, int) else "a text"
        raise DataError(f"cfg/{file}: '{key}' must be {kind}, is {value!r}.")
    return value


def folder_of(project: str, name: str) -> Path:
    """Say where the weights are written: below the model's folder, wherever that is."""
    root = Path(os.environ["SM_MODEL_DIR"])
    path = Path(project, name)
    folder = root / path.relative_to(_MODEL) if path.is_relative_to(_MODEL) else path
    if not folder.resolve().is_relative_to(root.resolve()):
        raise DataError(f"project and name must lie below {_MODEL}, or the model is lost: {path}.")
    return folder / "weights"
