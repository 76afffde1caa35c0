"""Serve what train.py saved: SageMaker's model server calls these four functions by name."""

import csv
import io
import json
from pathlib import Path

import joblib
from sklearn.pipeline import Pipeline


def model_fn(model_dir: str) -> Pipeline:
    """Load the model, once."""
    return joblib.load(Path(model_dir) / "model.joblib")


def input_fn(body: str | bytes, content_type: str) -> list[list[float]]:
    """Turn a request into rows of numbers; a header is needed, `target` is ignored."""
    if content_type != "text/csv":
        raise ValueError(f"The content type must be text/csv, is {content_type}.")
    text = body.decode() if isinstance(body, bytes) else body
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        row.pop("target", None)
        rows.append([float(value) for value in row.values()])
    return rows


def predict_fn(rows: list[list[float]], model: Pipeline) -> dict[str, list[str]]:
    """Predict the class of each row."""
    return {"predictions": model.predict(rows).tolist()}


def output_fn(prediction: dict[str, list[str]], accept: str) -> tuple[str, str]:  # noqa: ARG001
    """Write the answer; the second value is its content type, whatever *accept* asks for."""
    return json.dumps(prediction), "application/json"
