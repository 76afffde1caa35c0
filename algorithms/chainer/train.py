"""Train a network on tables with Chainer. Python 3.5 runs this: the image has no newer one."""
# ruff: noqa: UP032 - Python 3.5 has no f-strings

import argparse
import csv
import glob
import json
import os
import shutil
import sys

import chainer
import numpy as np
from chainer import functions, optimizers, serializers
from network import Network

MIN_ROWS = 10
EXAMPLES = 10


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def train(options: argparse.Namespace) -> None:
    """Read the rows, learn, measure on a fifth of them, and write the artifact."""
    names, rows, texts = read_channel(os.environ["SM_CHANNEL_TRAIN"], options.target)
    classes = sorted(set(texts))
    if len(texts) < MIN_ROWS or len(classes) < 2:  # noqa: PLR2004 - a choice is between two
        counts = len(texts), len(classes)
        raise DataError("There are {} rows of {} classes; 10 of 2 are needed.".format(*counts))
    np.random.seed(options.seed)  # what Chainer initialises with
    order = np.random.permutation(len(rows))
    aside = len(rows) // 5
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1
    features = ((rows - mean) / spread).astype(np.float32)
    codes = np.array([classes.index(text) for text in texts], dtype=np.int32)
    kept, held_out = order[aside:], order[:aside]
    network = Network(options.units, len(classes))
    learn(network, features[kept], codes[kept], options)
    with chainer.using_config("train", value=False), chainer.no_backprop_mode():
        guesses = network(features[held_out]).array.argmax(axis=1)
    accuracy = float((guesses == codes[held_out]).mean())
    print("validation:accuracy={:.6f}".format(accuracy))
    examples = [[rows[row].tolist(), texts[row]] for row in held_out[:EXAMPLES]]
    facts = {
        "columns": names,
        "classes": classes,
        "units": options.units,
        "mean": mean.tolist(),
        "spread": spread.tolist(),
        "examples": examples,
    }
    save(os.environ["SM_MODEL_DIR"], network, facts)


def read_channel(folder: str, target: str) -> tuple:  # type: ignore[type-arg] # Python 3.5
    """Give the names of the features, their values, and the texts of the target."""
    paths = sorted(glob.glob(os.path.join(folder, "*.csv")))  # noqa: PTH118, PTH207
    names, rows, texts = [], [], []  # type: ignore[var-annotated] # Python 3.5
    for path in paths:
        name = "train/{}".format(os.path.basename(path))  # noqa: PTH119
        with open(path, newline="", encoding="utf-8-sig") as stream:  # noqa: PTH123
            reader = csv.DictReader(stream)
            if target not in (reader.fieldnames or []):
                raise DataError("{}, line 1: there is no column '{}'.".format(name, target))
            names = names or [column for column in reader.fieldnames or [] if column != target]
            for row in reader:
                place = "{}, line {}".format(name, reader.line_num)
                rows.append([number(row.get(column), column, place) for column in names])
                texts.append(row[target])
    if not rows:
        raise DataError("The channel 'train' has no row in a file *.csv.")
    return names, np.array(rows), texts


def number(text: object, column: str, place: str) -> float:
    """Read a number."""
    try:
        value = float(str(text))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise DataError("{}, column '{}': {!r} is not a number.".format(place, column, text))
    return value


def learn(network: Network, features: object, codes: object, options: argparse.Namespace) -> None:
    """Go over the rows *epochs* times."""
    optimizer = optimizers.Adam(options.learning_rate)
    optimizer.setup(network)
    pairs = chainer.datasets.TupleDataset(features, codes)
    for epoch in range(options.epochs):
        losses = []
        for batch in chainer.iterators.SerialIterator(pairs, options.batch_size, repeat=False):
            rows, truth = chainer.dataset.concat_examples(batch)
            loss = functions.softmax_cross_entropy(network(rows), truth)
            network.cleargrads()
            loss.backward()
            optimizer.update()
            losses.append(float(loss.array))
        print("epoch={} train:loss={:.6f}".format(epoch, np.mean(losses)))


def save(folder: str, network: Network, facts: dict) -> None:  # type: ignore[type-arg] # Python 3.5
    """Write the weights, what they expect, and the code that serves them."""
    serializers.save_npz(os.path.join(folder, "weights.npz"), network)  # noqa: PTH118
    with open(os.path.join(folder, "facts.json"), "w") as stream:  # noqa: PTH118, PTH123
        json.dump(facts, stream)
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    shutil.copytree(here, os.path.join(folder, "code"))  # noqa: PTH118


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="target")
    parser.add_argument("--units", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch_size", type=int, default=16)
    parser.add_argument("--learning_rate", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=0)
    try:
        train(parser.parse_args())
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
