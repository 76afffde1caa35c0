"""Train a classifier or a regressor on tables, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from columns import Column, Matrix, encode, learn_columns
from csv_tables import DataError, Table, read_channel
from learners import ESTIMATORS, Options, learn
from scores import scores
from sklearn.pipeline import Pipeline
from targets import Target, learn_target

_MIN_ROWS = 10


def train(arguments: argparse.Namespace) -> None:
    """Read the channels, learn in steps with a line of metrics each, and write the artifact."""
    table = read_channel(Path(os.environ["SM_CHANNEL_TRAIN"]))
    if len(table.rows) < _MIN_ROWS:
        raise DataError(f"There are {len(table.rows)} rows; at least {_MIN_ROWS} are needed.")
    target = learn_target(table, arguments.target, arguments.task)
    categorical = {name.strip() for name in arguments.categorical.split(",") if name.strip()}
    columns = learn_columns(table, target.name, categorical)
    features, values = _matrix(table, columns, target)
    if folder := os.environ.get("SM_CHANNEL_VALIDATION"):
        held_out = _matrix(_aligned(read_channel(Path(folder)), table), columns, target)
    else:
        kept = _split(values, target.task, arguments.validation_fraction, arguments.seed)
        held_out = features[~kept], values[~kept]
        features, values = features[kept], values[kept]
    print(f"{target.task}: {len(values)} rows to learn from, {len(held_out[1])} to validate with")
    options = Options(**{name: getattr(arguments, name) for name in Options._fields})
    for step, model in learn(target.task, columns, features, values, options):
        metrics = scores(model, target, (features, values), held_out)
        print(f"step={step} " + " ".join(f"{k}={v:.6f}" for k, v in metrics.items()), flush=True)
    metadata = {
        "target": target._asdict(),
        "columns": [column._asdict() for column in columns],
        "metrics": metrics,
        "scikit_learn": sklearn.__version__,
    }
    _save(Path(os.environ["SM_MODEL_DIR"]), model, metadata)


def _matrix(table: Table, columns: list[Column], target: Target) -> tuple[Matrix, Matrix]:
    places = [table.columns.index(column.name) for column in columns]
    rows = [[row[place] for place in places] for row in table.rows]
    return encode(rows, columns, table.where), target.encode(table)


def _aligned(table: Table, like: Table) -> Table:
    if odd := sorted(set(table.columns) ^ set(like.columns)):
        fault = "lacks" if odd[0] in like.columns else "alone has"
        raise DataError(f"The channel 'validation' {fault} the column '{odd[0]}', unlike 'train'.")
    return table


def _split(values: Matrix, task: str, fraction: float, seed: int) -> Matrix:
    """Choose the rows to learn from; of each class some stay on both sides, where it has two."""
    kept = np.ones(len(values), dtype=bool)
    groups = np.unique(values) if task == "classification" else [None]
    random = np.random.default_rng(seed)
    for group in groups:
        rows = np.flatnonzero(values == group) if group is not None else np.arange(len(values))
        held_out = min(max(1, round(len(rows) * fraction)), len(rows) - 1)
        kept[random.permutation(rows)[:held_out]] = False
    return kept


def _save(folder: Path, model: Pipeline, metadata: dict[str, Any]) -> None:
    """Write the model, what it expects, and the code that serves it."""
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=1), encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="target")
    parser.add_argument("--task", default="auto", choices=("auto", "classification", "regression"))
    parser.add_argument("--estimator", default=ESTIMATORS[0], choices=ESTIMATORS)
    parser.add_argument("--categorical", default="")
    parser.add_argument("--max_iter", type=int, default=100)
    parser.add_argument("--report_every", type=int, default=10)
    parser.add_argument("--learning_rate", type=float)
    parser.add_argument("--max_depth", type=int)
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
