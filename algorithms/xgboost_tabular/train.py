"""Train gradient-boosted trees on tables with XGBoost, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost
from tables import MISSING, DataError, encode, is_number, learn_columns, read_channel

_MIN_ROWS = 10
_MAX_CLASSES = 20  # of whole numbers: with more of them it is rather a quantity
_METRICS = {"binary": "logloss", "multi": "mlogloss", "reg": "rmse"}


class Report(xgboost.callback.TrainingCallback):  # type: ignore[misc] # it has no types
    """Prints a line of metrics after every few rounds."""

    def __init__(self, every: int) -> None:
        self._every = every

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ANN401, ARG002 - XGBoost's
        """Print the newest value of every metric of both parts."""
        if epoch % self._every == 0:
            values = [
                f"{part}:{metric}={history[-1]:.6f}"
                for part, metrics in evals_log.items()
                for metric, history in metrics.items()
            ]
            print(f"round={epoch} " + " ".join(values), flush=True)
        return False


def train(options: dict[str, Any]) -> None:
    """Read the channels, boost until the validation stops improving, and write the artifact."""
    table = read_channel(Path(os.environ["SM_CHANNEL_TRAIN"]))
    if len(table) < _MIN_ROWS:
        raise DataError(f"There are {len(table)} rows; at least {_MIN_ROWS} are needed.")
    target = options["target"] or table.columns[0]
    objective, classes = learn_target(table, target, options["objective"])
    columns = learn_columns(table.drop(columns=target))
    if not columns:
        raise DataError(f"There is no column besides '{target}' to learn from.")
    if folder := os.environ.get("SM_CHANNEL_VALIDATION"):
        kept, held_out = table, read_channel(Path(folder))
        if odd := sorted(set(held_out) ^ set(table)):
            raise DataError(f"Only one of train and validation has the column '{odd[0]}'.")
    else:
        held_out = table.sample(frac=options["validation_fraction"], random_state=options["seed"])
        kept = table.drop(held_out.index)
    parts = {
        name: xgboost.DMatrix(
            encode(rows, columns), labels(rows[target], classes), enable_categorical=True
        )
        for name, rows in (("train", kept), ("validation", held_out))
    }
    print(f"{objective}: {len(kept)} rows to learn from, {len(held_out)} to validate with")
    model = boost(parts, objective, classes, options)
    metrics = scores(model, parts["validation"], classes)
    print(f"best round={model.num_boosted_rounds() - 1} ", end="")
    print(" ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items()))
    facts = {"target": target, "classes": classes, "columns": columns, "metrics": metrics}
    save(Path(os.environ["SM_MODEL_DIR"]), model, facts)


def learn_target(table: pd.DataFrame, name: str, objective: str) -> tuple[str, list[str]]:
    """Find out what to optimise, and the classes if there are any."""
    if name not in table:
        raise DataError(f"There is no column '{name}' in train: it has {', '.join(table)}.")
    texts = table[name]
    if len(missing := texts[texts.isin(MISSING)]):
        raise DataError(f"{missing.index[0]}, column '{name}': the value to predict is missing.")
    different = set(texts)
    quantity = all(map(is_number, different)) and (
        len(different) > _MAX_CLASSES or not all(float(text).is_integer() for text in different)
    )
    if len(different) == 1:
        raise DataError(f"The column '{name}' has only the value '{texts.iloc[0]}'.")
    if objective == "auto":
        several = "binary:logistic" if len(different) == 2 else "multi:softprob"  # noqa: PLR2004
        objective = "reg:squarederror" if quantity else several
    if objective.startswith("reg"):
        return objective, []
    if len(different) > len(texts) / 2:
        raise DataError(
            f"The column '{name}' has {len(different)} classes in {len(texts)} rows; "
            f"for numbers set the hyperparameter 'objective' to reg:squarederror."
        )
    if objective.startswith("binary") and len(different) > 2:  # noqa: PLR2004
        raise DataError(f"The column '{name}' has {len(different)} classes; {objective} takes two.")
    return objective, sorted(different, key=float if all(map(is_number, different)) else str)


def labels(texts: pd.Series, classes: list[str]) -> pd.Series:
    """Turn the column to predict into numbers, or into the codes of its classes."""
    right = texts.isin(classes) if classes else texts.map(is_number)
    if not right.all():
        place, text = next(iter(texts[~right.astype(bool)].items()))
        fault = "is a class that train does not have" if classes else "is not a number"
        raise DataError(f"{place}, column '{texts.name}': '{text}' {fault}.")
    return texts.map({text: code for code, text in enumerate(classes)}.get if classes else float)


def boost(
    parts: dict[str, Any], objective: str, classes: list[str], options: dict[str, Any]
) -> xgboost.Booster:
    """Add trees, as many as improve the validation."""
    ours = {"target", "validation_fraction", "report_every", "num_round", "early_stopping_rounds"}
    parameters = {name: value for name, value in options.items() if name not in ours}
    parameters["objective"] = objective
    parameters["eval_metric"] = _METRICS[objective.partition(":")[0]]
    if objective.startswith("multi"):
        parameters["num_class"] = len(classes)
    model = xgboost.train(
        parameters,
        parts["train"],
        num_boost_round=options["num_round"],
        evals=[(part, name) for name, part in parts.items()],
        early_stopping_rounds=options["early_stopping_rounds"] or None,
        callbacks=[Report(options["report_every"])],
        verbose_eval=False,
    )
    best = getattr(model, "best_iteration", model.num_boosted_rounds() - 1)
    return model[: best + 1]


def scores(model: xgboost.Booster, part: xgboost.DMatrix, classes: list[str]) -> dict[str, float]:
    """Measure on the held-out rows; `score` is accuracy for classes and R² for numbers."""
    truth = part.get_label()
    predicted = model.predict(part)
    if classes:
        chosen = predicted.argmax(axis=1) if predicted.ndim > 1 else predicted > 1 / 2
        accuracy = float((chosen == truth).mean())
        return {"accuracy": accuracy, "score": accuracy}
    errors, spread = predicted - truth, float(truth.var())
    r2 = 1 - float((errors**2).mean()) / spread if spread else 0.0
    return {"mae": float(np.abs(errors).mean()), "r2": r2, "score": r2}


def save(folder: Path, model: xgboost.Booster, facts: dict[str, Any]) -> None:
    """Write the trees, what they expect, and the code that serves them."""
    model.save_model(folder / "model.ubj")
    (folder / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    importance = sorted(model.get_score(importance_type="gain").items(), key=lambda kv: -kv[1])
    (folder / "importance.json").write_text(json.dumps(dict(importance), indent=1))
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> dict[str, Any]:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--target", default="")
    parser.add_argument("--objective", default="auto")
    for name, default in (
        ("num_round", 100),
        ("early_stopping_rounds", 10),
        ("report_every", 10),
        ("max_depth", 6),
        ("seed", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, number in (
        ("eta", 0.3),
        ("gamma", 0.0),
        ("min_child_weight", 1.0),
        ("subsample", 1.0),
        ("colsample_bytree", 1.0),
        ("lambda", 1.0),
        ("alpha", 0.0),
        ("validation_fraction", 0.2),
    ):
        parser.add_argument(f"--{name}", type=float, default=number)
    return vars(parser.parse_args(argv))


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
