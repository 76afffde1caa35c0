"""Find the principal components of the scaled columns; the answers are not looked at."""

import argparse
import os
from pathlib import Path

import joblib
import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--components", type=int, default=6)
arguments = parser.parse_args()

table = Path(os.environ["SM_INPUT_DIR"], "data", "split-train", "seen", "rows.csv")
features = np.loadtxt(table, delimiter=",")[:, :-1]
encoder = make_pipeline(StandardScaler(), PCA(arguments.components, random_state=0))
encoder.fit(features)
print(f"train:explained={encoder[-1].explained_variance_ratio_.sum():.4f}")
joblib.dump(encoder, Path(os.environ["SM_MODEL_DIR"], "encoder.joblib"))
