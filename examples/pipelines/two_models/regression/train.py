"""Fit a line to the components."""

import argparse
import os
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import Ridge

parser = argparse.ArgumentParser()
parser.add_argument("--penalty", type=float, default=1.0)
arguments = parser.parse_args()

table = np.loadtxt(
    Path(os.environ["SM_INPUT_DIR"], "data", "encode-train", "seen", "rows.csv"), delimiter=","
)
line = Ridge(arguments.penalty).fit(table[:, :-1], table[:, -1])
print(f"train:r2={line.score(table[:, :-1], table[:, -1]):.4f}")
joblib.dump(line, Path(os.environ["SM_MODEL_DIR"], "line.joblib"))
