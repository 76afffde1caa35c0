"""Train a YOLOv5 to find objects with Ultralytics, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from arguments import folder_of, parse
from data_set import DataError, channel, read_data_set
from hyp import read_hyp
from layout import lay_out
from program import write_program
from quiet_yolo import yolo


def train(options: argparse.Namespace) -> None:
    """Read the channels, train with a line of metrics for each epoch, and write the best model."""
    folder = folder_of(options.project, options.name)
    device = _device(options.device)
    data = read_data_set(options.data)
    print(f"{len(data.train)} pictures to learn from, {len(data.validation)} to validate with")
    # A virtual CPU is half a core, and threads that share one wait for each other.
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // 2))
    model = _model(options.cfg, options.weight)
    model.add_callback("on_fit_epoch_end", _report)
    with tempfile.TemporaryDirectory() as scratch:
        model.train(
            data=str(lay_out(data, Path(scratch))),
            epochs=options.epochs,
            batch=options.batch,
            imgsz=options.img,
            device=device,
            seed=options.seed,
            project=str(folder.parent.parent),
            name=folder.parent.name,
            exist_ok=True,
            **{"optimizer": "SGD", "lr0": options.lr0} | read_hyp(),
            plots=False,
            verbose=False,
            # Processes that load pictures need shared memory, and pay for large data sets only.
            workers=min(8, os.cpu_count() or 1) if device != "cpu" else 0,
            amp=False,  # whether the GPU can do it is found out with weights from the network
        )
    best = folder / "best.pt"
    trained = yolo()(str(best)).model
    print(f"best validation:map50={model.trainer.metrics['metrics/mAP50(B)']:.5f}")
    write_program(trained, data.names, options.img, folder / "detector.pt")
    (folder / "last.pt").unlink(missing_ok=True)
    _copy_code()


def _device(name: str) -> str:
    if name not in ("auto", "cpu") and not torch.cuda.is_available():
        raise DataError(f"The hyperparameter device is '{name}', but the instance has no GPU.")
    if name == "auto":
        return "0" if torch.cuda.is_available() else "cpu"
    return name


def _model(cfg: str, weight: str) -> Any:  # noqa: ANN401 - the package has no types
    """Build the network that *cfg* describes, and give it the weights there are for it."""
    own = channel("cfg") / Path(cfg).name
    given = Path(os.environ.get("SM_CHANNEL_WEIGHTS", ""), Path(weight).name)
    fetch = bool(weight) and not given.is_file()
    try:
        model = yolo(online=fetch)(str(own) if own.is_file() else cfg, task="detect")
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise DataError(f"The hyperparameter cfg, '{cfg}', is no network: {error}") from error
    if not weight:
        return model
    try:
        return model.load(weight if fetch else str(given))
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"weights/{given.name} is missing, and cannot be fetched either: put it into the "
            f"channel 'weights', or set weight to '' to begin from scratch. {_first_line(error)}"
        ) from error
    except (TypeError, KeyError, AttributeError, EOFError) as error:
        raise DataError(
            f"weights/{given.name} was not written by Ultralytics 8: {_first_line(error)}"
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _report(trainer: Any) -> None:  # noqa: ANN401 - the package has no types
    """Print the metrics of an epoch; after the last, it is called once more for the best."""
    if trainer.epoch >= trainer.epochs:
        return
    found, loss = trainer.metrics, sum(map(float, trainer.tloss.values()))
    print(
        f"epoch={trainer.epoch + 1} train:loss={loss:.5f} "
        f"validation:precision={found.get('metrics/precision(B)', 0):.5f} "
        f"validation:recall={found.get('metrics/recall(B)', 0):.5f} "
        f"validation:map50={found.get('metrics/mAP50(B)', 0):.5f} "
        f"validation:map50-95={found.get('metrics/mAP50-95(B)', 0):.5f}",
        flush=True,
    )


def _copy_code() -> None:
    """Put the code that serves it beside the model."""
    here, code = Path(__file__).resolve().parent, Path(os.environ["SM_MODEL_DIR"], "code")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(here, code, ignore=unneeded, dirs_exist_ok=True)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
