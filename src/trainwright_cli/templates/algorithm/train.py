"""Train on the channel `train`, and leave the model where SageMaker takes it from.

SageMaker gives hyperparameters as arguments and places in variables: `SM_CHANNEL_TRAIN` is the
folder with the data, `SM_MODEL_DIR` the one that becomes the artifact. Try it without SageMaker:

    SM_CHANNEL_TRAIN=data SM_MODEL_DIR=model python train.py --regularisation 0.5
"""

import argparse
import csv
import os
import shutil
import sys
from pathlib import Path

import joblib
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def read(folder: Path) -> tuple[list[list[float]], list[str]]:
    """Return the numbers of each row, and the classes."""
    features: list[list[float]] = []
    classes: list[str] = []
    for path in sorted(folder.rglob("*.csv")):
        with path.open(newline="") as stream:
            for row in csv.DictReader(stream):
                classes.append(row.pop("target"))
                features.append([float(value) for value in row.values()])
    if not classes:
        # The last line on stderr is what SageMaker shows as the job's failure reason.
        sys.exit(f"There is no row in any *.csv of the channel '{folder.name}'.")
    return features, classes


def main() -> None:
    """Learn from four rows of five, measure on the others, save."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--regularisation", type=float, default=1.0)
    arguments = parser.parse_args()

    features, classes = read(Path(os.environ["SM_CHANNEL_TRAIN"]))
    learn, held_out, learn_classes, held_out_classes = train_test_split(
        features, classes, test_size=0.2, random_state=0, stratify=classes
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / arguments.regularisation))
    model.fit(learn, learn_classes)
    # The manifest's regular expression reads this line; the gate holds against it.
    print(f"validation:accuracy={model.score(held_out, held_out_classes):.6f}")

    folder = Path(os.environ["SM_MODEL_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    # The scripts go along, so that a model is always served by the code that belongs to it.
    shutil.copytree(Path(__file__).resolve().parent, folder / "code", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
