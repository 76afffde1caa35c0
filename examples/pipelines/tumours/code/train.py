"""Fit a random forest to the prepared rows."""

import argparse
import csv
import os
from pathlib import Path

import joblib
from sklearn.ensemble import RandomForestClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=100)
arguments = parser.parse_args()

data = Path(os.environ["SM_INPUT_DIR"], "data", "prepare-train", "seen", "data.csv")
with data.open(newline="") as file:
    _, *rows = csv.reader(file)
features = [[float(cell) for cell in row[:-1]] for row in rows]
answers = [row[-1] for row in rows]

forest = RandomForestClassifier(arguments.trees, random_state=0, oob_score=True)
forest.fit(features, answers)
print(f"train:accuracy={forest.oob_score_:.4f}")
joblib.dump(forest, Path(os.environ["SM_MODEL_DIR"], "forest.joblib"))
