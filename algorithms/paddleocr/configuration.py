"""What a training is told: hyperparameters, and PaddleOCR's own file, which `c` names."""

from __future__ import annotations

import argparse
import os
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import yaml

_INPUT = PurePosixPath("/opt/ml/input/data")


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Settings(NamedTuple):
    """How long to learn and from what; the files are paths below the channel `dataset`."""

    epochs: int
    batch_size: int
    learning_rate: float
    train: str
    validation: str
    alphabet: str | None
    seed: int


def parse(argv: list[str]) -> Settings:
    """Read the hyperparameters, which come as arguments, and what they leave open from `c`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-c", "--c", default="")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch_size", type=int)
    parser.add_argument("--learning_rate", type=float)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(argv)
    found = _read(given.c) if given.c else {}
    told = {name: value for name, value in vars(given).items() if value is not None}
    told.pop("c")
    return Settings(**_DEFAULTS | found | told)


_DEFAULTS: dict[str, Any] = {
    "epochs": 50,
    "batch_size": 16,
    "learning_rate": 0.002,
    "train": "rec_gt_train.txt",
    "validation": "rec_gt_test.txt",
    "alphabet": None,
}
_KEYS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "epochs": ("Global.epoch_num", int),
    "alphabet": ("Global.character_dict_path", str),
    "learning_rate": ("Optimizer.lr.learning_rate", (int, float)),
    "train": ("Train.dataset.label_file_list", (str, list)),
    "batch_size": ("Train.loader.batch_size_per_card", int),
    "validation": ("Eval.dataset.label_file_list", (str, list)),
}


def _read(path: str) -> dict[str, Any]:
    """Take from the file what is meant here; there is much in it that only PaddleOCR knows."""
    name = inside(path)
    file = dataset() / name
    if not file.is_file():
        raise DataError(f"The hyperparameter c names dataset/{name}, which is missing.")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"dataset/{name} is no YAML: {' '.join(str(error).split())}.") from error
    kind = _at(content, "Architecture.model_type")
    if kind not in (None, "rec"):
        raise DataError(
            f"dataset/{name}: Architecture.model_type is '{kind}', but only recognition (rec) can "
            "be trained; text is found by PP-OCR's own weights."
        )
    settings = {}
    for key, (place, kinds) in _KEYS.items():
        value = _at(content, place)
        if value is not None:
            settings[key] = _checked(f"dataset/{name}: {place}", value, kinds)
    return settings


def _at(content: object, place: str) -> object:
    for key in place.split("."):
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _checked(where: str, value: object, kinds: type | tuple[type, ...]) -> object:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, (bool, list)) or not isinstance(value, kinds):
        raise DataError(f"{where} is {value!r:.80}, which cannot be used.")
    if isinstance(value, (int, float)) and value < 0:
        raise DataError(f"{where} must not be negative, is {value}.")
    return inside(value) if isinstance(value, str) else value


def inside(path: str) -> str:
    """Give *path* as it is below the channel `dataset`, whether it is absolute or relative."""
    parts = PurePosixPath(path)
    if parts.is_relative_to(_INPUT / "dataset"):
        parts = parts.relative_to(_INPUT / "dataset")
    if parts.is_absolute() or ".." in parts.parts:
        raise DataError(f"'{path}' is not a path of the channel 'dataset'.")
    return parts.as_posix()


def dataset() -> Path:
    """Give the folder of the channel `dataset`."""
    return Path(os.environ["SM_CHANNEL_DATASET"])
