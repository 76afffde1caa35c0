"""Serve the trees: rows of numbers in, a number a line out."""

import io
from pathlib import Path

import lightgbm
import numpy as np


def model_fn(model_dir):
    """Load what train.py saved."""
    return lightgbm.Booster(model_file=str(Path(model_dir, "trees.txt")))


def input_fn(body, content_type):
    """Read rows of CSV."""
    if content_type != "text/csv":
        raise ValueError(f"the content type must be text/csv, is {content_type}")
    text = body.decode() if isinstance(body, bytes) else body
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)


def predict_fn(rows, booster):
    """Tell how far the disease will be."""
    return booster.predict(rows, num_threads=1)


def output_fn(answers, accept):
    """Write a line for every row."""
    return "\n".join(f"{answer:.2f}" for answer in answers), "text/csv"
