"""What the channel `cfg` says: who the persons are, and how to learn.

* `amniscient.yaml`  or any other file with `nc` and `names`; its paths are not read
* `train-args.json`  how to learn; a hyperparameter of the job goes before it
* files it names     as `cfg` the network's shape, as `hyp` more of how to learn
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from faces import FEWEST_PERSONS, DataError

TRAIN_ARGS = "train-args.json"
DEFAULTS: dict[str, Any] = {
    "epochs": 30,
    "batch-size": 32,
    "weights": "",
    "cfg": "",
    "hyp": "",
    "lr": 0.01,
    "margin": 0.3,
    "scale": 16.0,
    "seed": 0,
}
SHAPE = ("size", "width", "embedding", "blocks")


def read_names(folder: Path) -> list[str]:
    """Return the persons by their numbers."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        content = _yaml(path)
        if "names" not in content:
            continue
        names = content["names"]
        if isinstance(names, dict):
            names = [names[number] for number in sorted(names)]
        if not isinstance(names, list) or len(names) != content.get("nc", len(names)):
            raise DataError(f"cfg/{path.name}: 'nc' has to be the number of 'names'.")
        if len(names) < FEWEST_PERSONS:
            raise DataError(f"cfg/{path.name}: {FEWEST_PERSONS} persons are the fewest to learn.")
        return [str(name) for name in names]
    raise DataError("The channel 'cfg' has no YAML file with 'nc' and 'names', such as data.yaml.")


def read_arguments(folder: Path, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """Return how to learn, and the network's shape; what is *given* goes before files."""
    said = _json(folder / TRAIN_ARGS) if (folder / TRAIN_ARGS).is_file() else {}
    named = {**DEFAULTS, **said, **given}
    hyp = _yaml(_present(folder, named["hyp"])) if named["hyp"] else {}
    shape = _yaml(_present(folder, named["cfg"])) if named["cfg"] else {}
    arguments = {**DEFAULTS, **hyp, **said, **given}
    if odd := sorted((set(said) | set(hyp)) - set(DEFAULTS)):
        raise DataError(f"cfg: there is no '{odd[0]}'; known: {', '.join(sorted(DEFAULTS))}.")
    if odd := sorted(set(shape) - set(SHAPE)):
        raise DataError(f"cfg/{named['cfg']}: there is no '{odd[0]}'; known: {', '.join(SHAPE)}.")
    for name, default in DEFAULTS.items():
        if not _is_like(arguments[name], default):
            raise DataError(f"cfg: '{name}' cannot be {arguments[name]!r}.")
    if not all(isinstance(value, int) and value > 0 for value in shape.values()):
        raise DataError(f"cfg/{named['cfg']}: {', '.join(SHAPE)} are whole numbers.")
    return arguments, shape


def _is_like(value: object, default: object) -> bool:
    if isinstance(default, str):
        return isinstance(value, str)
    kinds = (int, float) if isinstance(default, float) else (int,)
    return isinstance(value, kinds) and not isinstance(value, bool) and value >= 0


def _present(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file() or path.parent != folder:
        known = ", ".join(sorted(p.name for p in folder.iterdir()))
        raise DataError(f"The channel 'cfg' has no file '{name}'; it has: {known}.")
    return path


def _yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = str(error).replace("\n", " ")
        raise DataError(f"cfg/{path.name} cannot be read as YAML: {said}") from error
    return _members(content, path)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"cfg/{path.name} cannot be read as JSON: {error}.") from error
    return _members(content, path)


def _members(content: object, path: Path) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise DataError(f"cfg/{path.name} has to be names with values.")
    return content
