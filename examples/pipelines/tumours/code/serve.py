"""Serve the forest: rows of numbers in, an answer a line out."""

import csv
import io
from pathlib import Path

import joblib


def model_fn(model_dir):
    """Load what train.py saved."""
    return joblib.load(Path(model_dir, "forest.joblib"))


def input_fn(body, content_type):
    """Read rows of CSV."""
    if content_type != "text/csv":
        raise ValueError(f"the content type must be text/csv, is {content_type}")
    text = body.decode() if isinstance(body, bytes) else body
    return [[float(cell) for cell in row] for row in csv.reader(io.StringIO(text)) if row]


def predict_fn(rows, forest):
    """Name the class of every row."""
    return [str(answer) for answer in forest.predict(rows)]


def output_fn(answers, accept):
    """Write a line for every row."""
    return "\n".join(answers), "text/csv"
