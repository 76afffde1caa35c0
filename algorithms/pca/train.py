"""Find the principal components of tables, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from matrices import DataError, Matrix, read_channel
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

_MIN_ROWS = 3


def train(arguments: argparse.Namespace) -> None:
    """Read the channels, find the components, measure what they lose, and write the artifact."""
    ignored = {name.strip() for name in arguments.ignore.split(",") if name.strip()}
    table = read_channel(Path(os.environ["SM_CHANNEL_TRAIN"]), ignored)
    if len(table.values) < _MIN_ROWS:
        raise DataError(f"There are {len(table.values)} rows; at least {_MIN_ROWS} are needed.")
    kept, held_out = split(table, ignored, arguments)
    scaler = StandardScaler(with_std=arguments.scale == "true").fit(kept)
    learned, unseen = scaler.transform(kept), scaler.transform(held_out)
    if not learned.any():
        raise DataError("Every column of train has only one value: there is nothing to find.")
    count = components_wanted(arguments.n_components, learned.shape)
    model = PCA(count, svd_solver="full").fit(learned)
    print(f"{len(kept)} rows to learn from, {len(held_out)} to validate with")
    for number, share in enumerate(model.explained_variance_ratio_.cumsum(), 1):
        print(f"component={number} train:explained_variance={share:.6f}")
    metrics = scores(model, unseen)
    print(" ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items()))
    facts = {
        "columns": table.columns,
        "ignored": sorted(ignored),
        "explained_variance": model.explained_variance_ratio_.tolist(),
        "metrics": metrics,
    }
    arrays = {"mean": scaler.mean_ + model.mean_ * spread(scaler), "scale": spread(scaler)}
    save(Path(os.environ["SM_MODEL_DIR"]), facts, **arrays, components=model.components_)


def split(table: Matrix, ignored: set[str], arguments: argparse.Namespace) -> tuple[Any, Any]:
    """Give the rows to learn from and those to measure by."""
    if folder := os.environ.get("SM_CHANNEL_VALIDATION"):
        given = read_channel(Path(folder), ignored)
        if given.columns != table.columns:
            raise DataError(f"validation must have the columns of train: {table.columns}.")
        return table.values, given.values
    order = np.random.default_rng(arguments.seed).permutation(len(table.values))
    aside = max(1, round(len(order) * arguments.validation_fraction))
    return table.values[order[aside:]], table.values[order[:aside]]


def components_wanted(asked: float, shape: tuple[int, int]) -> float | int:
    """Take a share below one for variance to keep, anything else for a number of components."""
    if asked < 1:
        return asked
    if asked != int(asked) or asked > min(shape):
        raise DataError(
            f"n_components is {asked:g}; it must be a share below 1 or a whole number up to "
            f"{min(shape)}, for {shape[0]} rows of {shape[1]} columns."
        )
    return int(asked)


def spread(scaler: StandardScaler) -> Any:  # noqa: ANN401 - an array
    """Give what each column was divided by."""
    return scaler.scale_ if scaler.scale_ is not None else np.ones_like(scaler.mean_)


def scores(model: PCA, unseen: Any) -> dict[str, float]:  # noqa: ANN401 - an array
    """Measure what is lost of rows that were not learned from, in the units of `scale`."""
    lost = (unseen - model.inverse_transform(model.transform(unseen))) ** 2
    whole = ((unseen - model.mean_) ** 2).sum()
    return {
        "explained_variance": float(1 - lost.sum() / whole) if whole else 1.0,
        "reconstruction_error": float(lost.mean()),
        "components": float(model.n_components_),
    }


def save(folder: Path, facts: dict[str, Any], **arrays: Any) -> None:  # noqa: ANN401 - arrays
    """Write the components, what they expect, and the code that serves them."""
    np.savez(folder / "components.npz", **arrays)
    (folder / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--n_components", type=float, default=0.95)
    parser.add_argument("--scale", type=str.lower, default="true", choices=("true", "false"))
    parser.add_argument("--ignore", default="")
    parser.add_argument("--validation_fraction", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
