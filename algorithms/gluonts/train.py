"""Train a forecaster with GluonTS on PyTorch, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import numpy as np
from backtest import Window, scores, windows_of
from estimators import ESTIMATORS, estimator
from gluonts.torch.model.predictor import PyTorchPredictor
from series import DataError, Series, normal, read_channel


class Report(lightning.Callback):  # type: ignore[misc] # it has no types here
    """Prints the loss after every epoch."""

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ANN401, ARG002 - Lightning's
        """Print what Lightning has averaged."""
        loss = float(trainer.callback_metrics["train_loss"])
        print(f"epoch={trainer.current_epoch} train:loss={loss:.6f}", flush=True)


def train(options: argparse.Namespace) -> None:
    """Read the series, learn from all but the last windows, forecast these, write the artifact."""
    freq = normal(options.freq)
    given, test = read_channel(Path(os.environ["SM_CHANNEL_DATASET"]), freq)
    aside = options.prediction_length * options.backtest_windows
    check(given, test, options)
    for series in (*given, *test):
        if options.use_log1p:
            series["target"] = logarithm(series)
    windows = windows_of(test or given, options.prediction_length, options.backtest_windows)
    learned = given if test else [cut(series, aside) for series in given]
    features = features_of([*given, *test])
    print(f"{options.algo_name}: {len(learned)} series to learn from, {len(windows)} to forecast")
    lightning.seed_everything(options.seed, verbose=False)
    predictor = fit(learned, freq, features, options)
    metrics = validate(predictor, windows, freq, options)
    print(" ".join(f"validation:{name}={value:.6f}" for name, value in metrics.items()))
    facts = {
        "algo_name": options.algo_name,
        "freq": freq,
        "prediction_length": options.prediction_length,
        "use_log1p": options.use_log1p,
        **features,
        "metrics": metrics,
    }
    save(Path(os.environ["SM_MODEL_DIR"]), predictor, facts)


def check(given: list[Series], test: list[Series], options: argparse.Namespace) -> None:
    """Refuse series that are too short: GluonTS would look for a window in them for ever."""
    length, windows = options.prediction_length, options.backtest_windows
    least_given, least_test = (2 if test else 2 + windows) * length, (1 + windows) * length
    for part, least in ((given, least_given), (test, least_test)):
        for series in part:
            if (count := len(series["target"])) < least:
                raise DataError(
                    f"The series '{series['item_id']}' has {count} values; at least {least} are "
                    f"needed to forecast {length}, and to try it {windows} times."
                )


def logarithm(series: Series) -> Any:  # noqa: ANN401 - an array
    """Give log(1 + target)."""
    if (series["target"] <= -1).any():
        raise DataError(f"The series '{series['item_id']}' has values below 0: no use-log1p then.")
    return np.log1p(series["target"])


def cut(series: Series, steps: int) -> Series:
    """Leave out the last *steps*."""
    shorter = {**series, "target": series["target"][:-steps]}
    if "feat_dynamic_real" in series:
        shorter["feat_dynamic_real"] = series["feat_dynamic_real"][:, :-steps]
    return shorter


def features_of(entries: list[Series]) -> dict[str, Any]:
    """Say which features all of the series have."""
    cats = {len(entry.get("feat_static_cat", ())) for entry in entries}
    reals = {len(entry.get("feat_dynamic_real", ())) for entry in entries}
    if len(cats) > 1 or len(reals) > 1:
        raise DataError("All series must have equally many 'cat' and 'dynamic_feat', or none.")
    found: dict[str, Any] = {}
    if (count := cats.pop()) > 0:
        values = np.stack([entry["feat_static_cat"] for entry in entries])
        cardinality = (values.max(axis=0) + 1).tolist()
        found |= {"num_feat_static_cat": count, "cardinality": cardinality}
    if (count := reals.pop()) > 0:
        found["num_feat_dynamic_real"] = count
    return found


def fit(
    learned: list[Series], freq: str, features: dict[str, Any], options: argparse.Namespace
) -> PyTorchPredictor:
    """Learn from *learned*."""
    with tempfile.TemporaryDirectory() as scratch:
        trainer = {
            "max_epochs": options.epochs,
            "callbacks": [Report()],
            "accelerator": "auto",
            "devices": 1,
            "enable_progress_bar": False,
            "enable_model_summary": False,
            "logger": False,
            "default_root_dir": scratch,
        }
        chosen = estimator(
            options.algo_name,
            features,
            freq=freq,
            prediction_length=options.prediction_length,
            context_length=options.context_length,
            batch_size=options.batch_size,
            num_batches_per_epoch=options.num_batches_per_epoch,
            lr=options.learning_rate,
            trainer_kwargs=trainer,
        )
        return chosen.train(learned)


def validate(
    predictor: PyTorchPredictor, windows: list[Window], freq: str, options: argparse.Namespace
) -> dict[str, float]:
    """Forecast what was kept aside, and measure how far off it is."""
    forecasts = list(predictor.predict([past for past, _ in windows], num_samples=100))
    restore = np.expm1 if options.use_log1p else np.asarray
    return scores(forecasts, windows, freq, restore)


def save(folder: Path, predictor: PyTorchPredictor, facts: dict[str, Any]) -> None:
    """Write the predictor, what it expects, and the code that serves it."""
    (folder / "predictor").mkdir(parents=True)
    predictor.serialize(folder / "predictor")
    (folder / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--algo-name", default="DeepAR", choices=ESTIMATORS)
    parser.add_argument("--freq", default="1M")
    parser.add_argument("--prediction-length", type=int, default=24)
    parser.add_argument("--context-length", type=int, default=240)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=2048)
    parser.add_argument("--num-batches-per-epoch", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--backtest-windows", type=int, default=1)
    parser.add_argument("--use-log1p", type=lambda text: text.lower() == "true", default=False)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    warnings.simplefilter("ignore")  # of the libraries about each other, once for every batch
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
