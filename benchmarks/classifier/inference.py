"""The endpoint: load the model, and leave all else to the framework's image."""

from pathlib import Path

import joblib


def model_fn(model_dir: str) -> object:
    """Load the classifier."""
    return joblib.load(Path(model_dir, "model.joblib"))
