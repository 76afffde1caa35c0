"""Train a classifier of GluonCV, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import mxnet as mx
import numpy as np
from batches import batches
from image_folders import DataError, Labelled, class_names, read_channel
from mxnet import autograd, gluon
from networks import PARAMETERS, build, context

_HELD_OUT = 5  # one picture of so many, where there is no channel of them


def train(options: argparse.Namespace) -> None:
    """Read the channels, learn with a line of metrics for each epoch, and write the best model."""
    names = class_names("train")
    if options.classes not in (None, len(names)):
        listed = ", ".join(names[:10])
        raise DataError(
            f"The hyperparameter classes is {options.classes}, but train has {len(names)} folders: "
            f"{listed}."
        )
    pictures, validation, test = (read_channel(name, names) for name in ("train", "val", "test"))
    assert pictures is not None
    if validation is None:
        pictures, validation = _split(pictures)
    print(f"{len(pictures)} pictures to learn from, {len(validation)} to validate with")
    mx.random.seed(options.seed)
    np.random.seed(options.seed)  # MXNet's initialisers use it
    net = build(options.model_name, len(names), options.pretrained == "true")
    folder = Path(os.environ["SM_MODEL_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    accuracy = _learn(net, pictures, validation, options, folder / PARAMETERS)
    print(f"best validation:accuracy={accuracy:.5f}")
    if test:
        net.load_parameters(str(folder / PARAMETERS), ctx=context())
        print(f"test:accuracy={_accuracy(net, test, options):.5f}")
    metadata = {"model_name": options.model_name, "names": names, "size": options.size}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    _copy_code(folder / "code")


def _split(pictures: list[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    kept = [one for place, one in enumerate(pictures) if place % _HELD_OUT]
    return kept, pictures[::_HELD_OUT]


def _learn(
    net: Any,  # noqa: ANN401 - the packages have no types
    pictures: list[Labelled],
    validation: list[Labelled],
    options: argparse.Namespace,
    path: Path,
) -> float:
    """Go over *pictures*, and keep the parameters that do best on *validation* at *path*."""
    net.hybridize()
    steps = options.epochs * -(-len(pictures) // options.batch_size)
    schedule = mx.lr_scheduler.CosineScheduler(steps, options.learning_rate, final_lr=0)
    optimizer = {"wd": options.wd, "momentum": options.momentum, "lr_scheduler": schedule}
    trainer = gluon.Trainer(net.collect_params(), "sgd", optimizer)
    entropy = gluon.loss.SoftmaxCrossEntropyLoss()
    random = np.random.default_rng(options.seed)
    best = -1.0
    for epoch in range(1, options.epochs + 1):
        total = 0.0
        for arrays, labels in batches(pictures, options.size, options.batch_size, random):
            data, right = mx.nd.array(arrays, context()), mx.nd.array(labels, context())
            with autograd.record():
                loss = entropy(net(data), right)
            loss.backward()
            trainer.step(len(labels))
            total += float(loss.sum().asscalar())
        accuracy = _accuracy(net, validation, options)
        print(
            f"epoch={epoch} train:loss={total / len(pictures):.5f} "
            f"validation:accuracy={accuracy:.5f}",
            flush=True,
        )
        if accuracy >= best:
            best = accuracy
            net.save_parameters(str(path))
    return best


def _accuracy(
    net: Any,  # noqa: ANN401 - the packages have no types
    pictures: list[Labelled],
    options: argparse.Namespace,
) -> float:
    right = 0
    for arrays, labels in batches(pictures, options.size, options.batch_size):
        found = net(mx.nd.array(arrays, context())).argmax(axis=1).asnumpy()
        right += int((found == labels).sum())
    return right / len(pictures)


def _copy_code(folder: Path) -> None:
    """Put the code that serves it beside the model."""
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(str(here), str(folder), ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model_name", default="ResNet50_v2")
    parser.add_argument("--classes", type=int)
    parser.add_argument("--pretrained", default="true")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch_size", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--learning_rate", type=float, default=0.001)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--wd", type=float, default=0.0001)
    parser.add_argument("--seed", type=int, default=0)
    found = parser.parse_args(argv)
    found.pretrained = found.pretrained.lower()
    return found


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
