"""Serve the components: rows of numbers in, rows of fewer out."""

import io
from pathlib import Path

import joblib
import numpy as np


def model_fn(model_dir):
    """Load what train.py saved."""
    return joblib.load(Path(model_dir, "encoder.joblib"))


def input_fn(body, content_type):
    """Read rows of CSV."""
    if content_type != "text/csv":
        raise ValueError(f"the content type must be text/csv, is {content_type}")
    text = body.decode() if isinstance(body, bytes) else body
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)


def predict_fn(rows, encoder):
    """Give the components of every row."""
    return encoder.transform(rows)


def output_fn(rows, accept):
    """Write rows of CSV."""
    return "\n".join(",".join(f"{cell:.6f}" for cell in row) for row in rows), "text/csv"
