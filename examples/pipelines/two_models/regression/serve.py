"""Serve the line: rows of components in, a number a line out."""

import io
from pathlib import Path

import joblib
import numpy as np


def model_fn(model_dir):
    """Load what train.py saved."""
    return joblib.load(Path(model_dir, "line.joblib"))


def input_fn(body, content_type):
    """Read rows of CSV."""
    if content_type != "text/csv":
        raise ValueError(f"the content type must be text/csv, is {content_type}")
    text = body.decode() if isinstance(body, bytes) else body
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)


def predict_fn(rows, line):
    """Tell how far the disease will be."""
    return line.predict(rows)


def output_fn(answers, accept):
    """Write a line for every row."""
    return "\n".join(f"{answer:.2f}" for answer in answers), "text/csv"
