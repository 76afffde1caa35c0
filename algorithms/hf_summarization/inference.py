"""Serve a model trained here: a text in, its summary out."""

from __future__ import annotations

from pathlib import Path

from summarizer import Summarizer, load_summarizer
from text_requests import read_request, write_answer

_MOST_CHARACTERS = 100_000


def model_fn(model_dir: str) -> Summarizer:
    """Load what train.py saved."""
    return load_summarizer(Path(model_dir))


def input_fn(body: str | bytes, content_type: str | None) -> str:
    """Read the text of a request."""
    return str(read_request(body, content_type, most=_MOST_CHARACTERS)["inputs"])


def predict_fn(text: str, model: Summarizer) -> dict[str, str]:
    """Write the summary of a text, of which the beginning is read if it is too long."""
    return {"result": model.write([text])[0]}


def output_fn(prediction: dict[str, str], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return write_answer(prediction, accept)
