"""Train gradient-boosted trees on tables with LightGBM, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from frames import DataError, as_features, learn_kinds, read_channel
from sklearn.model_selection import train_test_split

_MIN_ROWS = 10
_MAX_CLASSES = 20  # of whole numbers: with more of them it is rather a quantity
_METRICS = {"regression": "rmse", "binary": "binary_logloss", "multiclass": "multi_logloss"}


def train(options: dict[str, Any]) -> None:
    """Read the channels, boost until the validation stops improving, and write the artifact."""
    table = read_channel(Path(os.environ["SM_CHANNEL_TRAIN"]))
    if len(table) < _MIN_ROWS:
        raise DataError(f"There are {len(table)} rows; at least {_MIN_ROWS} are needed.")
    target = options["target"]
    categorical = [name for name in options["categorical_feature"].split(",") if name]
    if unknown := [name for name in (target, *categorical) if name not in table]:
        raise DataError(f"There is no column '{unknown[0]}' in train: it has {', '.join(table)}.")
    objective, classes = learn_target(table[target], options["objective"])
    kinds = learn_kinds(table.drop(columns=target), categorical)
    if not kinds:
        raise DataError(f"There is no column besides '{target}' to learn from.")
    kept, held_out = split(table, target, classes, options)
    learned = lightgbm.Dataset(as_features(kept, kinds), values(kept[target], classes))
    features, truth = as_features(held_out, kinds), values(held_out[target], classes)
    print(f"{objective}: {len(kept)} rows to learn from, {len(held_out)} to validate with")
    model = boost(learned, learned.create_valid(features, truth), objective, classes, options)
    metrics = scores(model.predict(features), truth.to_numpy(), classes)
    named = " ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items())
    print(f"best round={model.best_iteration} {named}")
    facts = {"target": target, "classes": classes, "kinds": kinds, "metrics": metrics}
    save(Path(os.environ["SM_MODEL_DIR"]), model, facts)


def learn_target(column: pd.Series, objective: str) -> tuple[str, list[str]]:
    """Find out what to optimise, and the classes if there are any."""
    if len(missing := column[column.isna()]):
        place = f"{missing.index[0]}, column '{column.name}'"
        raise DataError(f"{place}: the value to predict is missing.")
    different = sorted(column.unique())
    if len(different) == 1:
        raise DataError(f"The column '{column.name}' has only the value '{different[0]}'.")
    numbers = pd.api.types.is_numeric_dtype(column)
    whole = numbers and all(float(value).is_integer() for value in different)
    if objective == "auto":
        classes = "binary" if len(different) == 2 else "multiclass"  # noqa: PLR2004
        quantity = numbers and not (whole and len(different) <= _MAX_CLASSES)
        objective = "regression" if quantity else classes
    if objective == "regression":
        return objective, []
    if objective == "binary" and len(different) > 2:  # noqa: PLR2004
        raise DataError(f"'{column.name}' has {len(different)} classes; binary takes two.")
    if len(different) > len(column) / 2:
        raise DataError(
            f"The column '{column.name}' has {len(different)} classes in {len(column)} rows; "
            f"for numbers set the hyperparameter 'objective' to regression."
        )
    return objective, [str(int(value) if whole else value).strip() for value in different]


def split(
    table: pd.DataFrame, target: str, classes: list[str], options: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the rows to learn from and those to measure by: of each class some, where it can be."""
    if folder := os.environ.get("SM_CHANNEL_VALIDATION"):
        given = read_channel(Path(folder))
        if odd := set(given) ^ set(table):
            raise DataError(f"Only one of train and validation has the column '{min(odd)}'.")
        return table, given
    fraction, seed = options["validation_fraction"], options["seed"]
    rare = classes and table[target].value_counts().min() < 1 / fraction
    by = table[target] if classes and not rare else None
    kept, held_out = train_test_split(table, test_size=fraction, random_state=seed, stratify=by)
    return kept, held_out


def values(column: pd.Series, classes: list[str]) -> pd.Series:
    """Turn the column to predict into numbers, or into the codes of its classes."""
    if not classes:
        return as_features(column.to_frame(), {column.name: "number"})[column.name]
    texts = as_features(column.to_frame(), {column.name: "category"})[column.name].astype(str)
    if len(unknown := texts[~texts.isin(classes)]):
        place = f"{unknown.index[0]}, column '{column.name}'"
        raise DataError(f"{place}: '{unknown.iloc[0]}' is a class that train does not have.")
    return texts.map(classes.index)


def boost(
    learned: lightgbm.Dataset,
    held_out: lightgbm.Dataset,
    objective: str,
    classes: list[str],
    options: dict[str, Any],
) -> lightgbm.Booster:
    """Add trees, as many as improve the validation."""
    passed = ("num_leaves", "learning_rate", "max_depth", "min_data_in_leaf", "feature_fraction")
    more = ("bagging_fraction", "bagging_freq", "lambda_l1", "lambda_l2", "seed")
    parameters = {name: options[name] for name in (*passed, *more)}
    parameters |= {"objective": objective, "metric": _METRICS[objective], "verbosity": -1}
    if objective == "multiclass":
        parameters["num_class"] = len(classes)
    callbacks = [report(options["report_every"])]
    if rounds := options["early_stopping_rounds"]:
        callbacks.append(lightgbm.early_stopping(rounds, verbose=False))
    sets = {"valid_sets": [learned, held_out], "valid_names": ["train", "validation"]}
    return lightgbm.train(
        {**parameters, "deterministic": True, "force_row_wise": True},
        learned,
        num_boost_round=options["num_boost_round"],
        callbacks=callbacks,
        **sets,
    )


def report(every: int) -> Any:  # noqa: ANN401 - a callback of LightGBM's
    """Print a line of metrics after every few rounds."""

    def _print(state: Any) -> None:  # noqa: ANN401 - LightGBM's
        if state.iteration % every == 0:
            found = [(part, name, value) for part, name, value, *_ in state.evaluation_result_list]
            shown = " ".join(f"{part}:{name}={value:.6f}" for part, name, value in found)
            print(f"round={state.iteration} {shown}", flush=True)

    return _print


def scores(predicted: Any, truth: Any, classes: list[str]) -> dict[str, float]:  # noqa: ANN401
    """Measure on the held-out rows; `score` is accuracy for classes and R² for numbers."""
    if classes:
        chosen = predicted.argmax(axis=1) if predicted.ndim > 1 else predicted > 1 / 2
        accuracy = float((chosen == truth).mean())
        return {"accuracy": accuracy, "score": accuracy}
    errors, spread = predicted - truth, float(truth.var())
    r2 = 1 - float((errors**2).mean()) / spread if spread else 0.0
    return {"mae": float(np.abs(errors).mean()), "r2": r2, "score": r2}


def save(folder: Path, model: lightgbm.Booster, facts: dict[str, Any]) -> None:
    """Write the trees up to the best round, what they expect, and the code that serves them."""
    model.save_model(folder / "model.txt")
    gain = model.feature_importance("gain").tolist()
    gains = dict(zip(model.feature_name(), gain, strict=True))
    text = json.dumps({**facts, "gains": gains}, indent=1)
    (folder / "facts.json").write_text(text, encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> dict[str, Any]:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    defaults = {
        "target": "target",
        "objective": "auto",
        "categorical_feature": "",
        "num_boost_round": 100,
        "early_stopping_rounds": 10,
        "report_every": 10,
        "num_leaves": 31,
        "max_depth": -1,
        "min_data_in_leaf": 20,
        "bagging_freq": 0,
        "seed": 0,
        "learning_rate": 0.1,
        "feature_fraction": 1.0,
        "bagging_fraction": 1.0,
        "lambda_l1": 0.0,
        "lambda_l2": 0.0,
        "validation_fraction": 0.2,
    }
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return vars(parser.parse_args(argv))


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
