"""Train a neural network on tables with TensorFlow, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
from features import MISSING, DataError, Row, encode, learn_features, number, read_channel
from network import Network

_MIN_ROWS = 10
_MAX_CLASSES = 20  # of whole numbers: with more of them it is rather a quantity
_CLOSE = 1e-3


class Report(keras.callbacks.Callback):  # type: ignore[misc] # it has no types here
    """Prints the losses after every epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ANN401 - Keras's
        """Print what Keras has averaged."""
        learned, unseen = logs["loss"], logs["val_loss"]
        print(f"epoch={epoch} train:loss={learned:.6f} validation:loss={unseen:.6f}", flush=True)


def train(options: argparse.Namespace) -> None:
    """Read the channels, learn until the validation stops improving, and write the artifact."""
    rows = read_channel(Path(os.environ["SM_CHANNEL_TRAIN"]))
    if len(rows) < _MIN_ROWS:
        raise DataError(f"There are {len(rows)} rows; at least {_MIN_ROWS} are needed.")
    target = learn_target(rows, options.target, options.task)
    features = learn_features(rows, options.target)
    kept, held_out = split(rows, options)
    learned = encode(kept.items(), features), labels(kept, target)
    unseen = encode(held_out.items(), features), labels(held_out, target)
    print(f"{len(kept)} rows to learn from, {len(held_out)} to validate with")
    keras.utils.set_random_seed(options.seed)
    model = build(learned[0].shape[1], target["classes"], options)
    model.fit(
        *learned,
        validation_data=unseen,
        epochs=options.epochs,
        batch_size=options.batch_size,
        verbose=0,
        callbacks=[
            Report(),
            keras.callbacks.EarlyStopping(patience=options.patience, restore_best_weights=True),
        ],
    )
    network = without_tensorflow(model, unseen[0])
    metrics = scores(network.outputs(unseen[0]), unseen[1], target)
    print(" ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items()))
    facts = {"target": target, "features": features, "metrics": metrics}
    save(Path(os.environ["SM_MODEL_DIR"]), model, network, facts)


def learn_target(rows: dict[str, Row], name: str, task: str) -> dict[str, Any]:
    """Find out what the column *name* holds: classes, or numbers to be centred and scaled."""
    if name not in (known := next(iter(rows.values()))):
        raise DataError(f"There is no column '{name}' in train: it has {', '.join(known)}.")
    texts = {place: row[name] for place, row in rows.items()}
    for place, text in texts.items():
        if text in MISSING:
            raise DataError(f"{place}, column '{name}': the value to predict is missing.")
    classes = sorted(set(texts.values()))
    if len(classes) == 1:
        raise DataError(f"The column '{name}' has only the value '{classes[0]}'.")
    numbers = {place: number(text) for place, text in texts.items()}
    values = np.array(list(numbers.values()))
    if task == "auto":
        whole = not np.isnan(values).any() and not (values % 1).any()
        classify = np.isnan(values).any() or (whole and len(classes) <= _MAX_CLASSES)
        task = "classification" if classify else "regression"
    if task == "regression":
        if odd := [place for place, value in numbers.items() if np.isnan(value)]:
            raise DataError(f"{odd[0]}, column '{name}': '{texts[odd[0]]}' is not a number.")
        return {"name": name, "classes": [], "mean": values.mean(), "spread": values.std() or 1.0}
    if len(classes) > len(texts) / 2:
        raise DataError(f"The column '{name}' has {len(classes)} classes in {len(texts)} rows.")
    return {"name": name, "classes": classes}


def split(
    rows: dict[str, Row], options: argparse.Namespace
) -> tuple[dict[str, Row], dict[str, Row]]:
    """Give the rows to learn from and those to measure by."""
    if folder := os.environ.get("SM_CHANNEL_VALIDATION"):
        given = read_channel(Path(folder))
        if odd := next(iter(given.values())).keys() ^ next(iter(rows.values())).keys():
            raise DataError(f"Only one of train and validation has the column '{min(odd)}'.")
        return rows, given
    order = np.random.default_rng(options.seed).permutation(list(rows)).tolist()
    aside = max(1, round(len(order) * options.validation_fraction))
    kept, held_out = order[aside:], order[:aside]
    return {place: rows[place] for place in kept}, {place: rows[place] for place in held_out}


def labels(rows: dict[str, Row], target: dict[str, Any]) -> Any:  # noqa: ANN401 - an array
    """Turn the column to predict into codes of classes or scaled numbers."""
    name, classes = target["name"], target["classes"]
    found = []
    for place, row in rows.items():
        text = row[name]
        if classes and text not in classes:
            raise DataError(f"{place}, column '{name}': train has no class '{text}'.")
        value = classes.index(text) if classes else number(text)
        if np.isnan(value):
            raise DataError(f"{place}, column '{name}': '{text}' is not a number.")
        found.append(value if classes else (value - target["mean"]) / target["spread"])
    return np.array(found)


def build(width: int, classes: list[str], options: argparse.Namespace) -> keras.Model:
    """Stack the layers."""
    stack = [keras.Input((width,))]
    for units in map(int, filter(None, options.hidden_units.split(","))):
        stack += [keras.layers.Dense(units, "relu"), keras.layers.Dropout(options.dropout)]
    model = keras.Sequential([*stack, keras.layers.Dense(len(classes) or 1)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if classes else "mse"
    model.compile(keras.optimizers.Adam(options.learning_rate), loss)
    return model


def without_tensorflow(model: keras.Model, examples: Any) -> Network:  # noqa: ANN401 - an array
    """Take the weights out, and see that they give the same answers without Keras."""
    pairs = [layer.get_weights() for layer in model.layers if layer.get_weights()]
    network = Network([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    apart = np.abs(network.outputs(examples) - model.predict(examples, verbose=0)).max()
    if not apart < _CLOSE:
        raise RuntimeError(f"the network answers otherwise without Keras: {apart} apart")
    return network


def scores(outputs: Any, truth: Any, target: dict[str, Any]) -> dict[str, float]:  # noqa: ANN401
    """Measure on the held-out rows; `score` is accuracy for classes and R² for numbers."""
    if target["classes"]:
        accuracy = float((outputs.argmax(axis=1) == truth).mean())
        return {"accuracy": accuracy, "score": accuracy}
    errors = outputs[:, 0] - truth
    r2 = 1 - float((errors**2).mean() / truth.var()) if truth.var() else 0.0
    rmse = float(np.sqrt((errors**2).mean()) * target["spread"])
    return {"rmse": rmse, "r2": r2, "score": r2}


def save(folder: Path, model: keras.Model, network: Network, facts: dict[str, Any]) -> None:
    """Write the network twice, as Keras's and as arrays, and the code that serves the arrays."""
    model.save(folder / "model.keras")
    numbered = {f"weight{n}": array for n, array in enumerate(network.weights)}
    numbered |= {f"bias{n}": array for n, array in enumerate(network.biases)}
    np.savez(folder / "network.npz", **numbered)
    (folder / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--target", default="target")
    parser.add_argument("--task", default="auto", choices=("auto", "classification", "regression"))
    parser.add_argument("--hidden_units", default="64,32")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--patience", type=int, default=10)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--learning_rate", type=float, default=0.001)
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
