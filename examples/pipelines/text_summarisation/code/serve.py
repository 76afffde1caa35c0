"""Serve the summariser: {"inputs": "a text"} in, {"result": "its summary"} out."""

import json
from pathlib import Path

import joblib


def model_fn(model_dir):
    """Load what train.py saved."""
    return joblib.load(Path(model_dir, "summariser.joblib"))


def input_fn(body, content_type):
    """Read the text of a request."""
    if content_type != "application/json":
        raise ValueError(f"the content type must be application/json, is {content_type}")
    text = json.loads(body)["inputs"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError("'inputs' must be a text")
    return text


def predict_fn(text, summariser):
    """Summarise it."""
    return {"result": summariser.summarise(text)}


def output_fn(answer, accept):
    """Write the summary."""
    return json.dumps(answer), "application/json"
