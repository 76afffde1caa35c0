"""Write `examples/`: real data sets of scikit-learn, split honestly, with a fixed seed.

`train` and `unseen` share no row. `worse` is `train` with its labels shuffled: nothing can be
learnt from it, so a model trained on it must not pass the gate.
"""

import csv
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets

ROOT = Path(__file__).resolve().parent.parent / "examples"
UNSEEN = 0.2
SEED = 20

type Rows = list[list[str]]


def breast_cancer() -> tuple[list[str], Rows]:
    """Give the header and the rows of the classification example, the diagnosis last."""
    found = datasets.load_breast_cancer()
    header = [name.replace(" ", "_") for name in found.feature_names]
    labels = [str(found.target_names[code]) for code in found.target]
    return [*header, "target"], _rows(found.data, labels)


def diabetes() -> tuple[list[str], Rows]:
    """Give the header and the rows of the regression example, the disease's progression last."""
    found = datasets.load_diabetes(scaled=False)
    labels = [str(int(value)) for value in found.target]
    return [*found.feature_names, "target"], _rows(found.data, labels)


def _rows(features: NDArray[np.float64], labels: list[str]) -> Rows:
    return [
        [*(f"{value:.7g}" for value in row), label]
        for row, label in zip(features, labels, strict=True)
    ]


def split(rows: Rows) -> tuple[Rows, Rows]:
    """Split *rows* at random into those to train with and those that training never sees."""
    order = np.random.default_rng(SEED).permutation(len(rows))
    unseen = {int(place) for place in order[: round(len(rows) * UNSEEN)]}
    return (
        [row for place, row in enumerate(rows) if place not in unseen],
        [row for place, row in enumerate(rows) if place in unseen],
    )


def shuffled(rows: Rows) -> Rows:
    """Give each of *rows* the label of another one."""
    order = np.random.default_rng(SEED).permutation(len(rows))
    return [[*row[:-1], rows[other][-1]] for row, other in zip(rows, order, strict=True)]


def write(root: Path) -> None:
    """Write all examples below *root*."""
    header, rows = breast_cancer()
    train, unseen = split(rows)
    _write(root / "breast_cancer/train/data.csv", header, train)
    _write(root / "breast_cancer/worse/data.csv", header, shuffled(train))
    _write(root / "breast_cancer/unseen/data.csv", header, unseen)
    header, rows = diabetes()
    train, unseen = split(rows)
    _write(root / "diabetes/train/data.csv", header, train)
    _write(root / "diabetes/unseen/data.csv", header, unseen)


def _write(path: Path, header: list[str], rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Write the examples where they are committed."""
    write(ROOT)
    sys.stdout.write(f"{ROOT}\n")


if __name__ == "__main__":
    main()
