"""Serve a model trained here: a Chinese text in, its summary out."""

from __future__ import annotations

import os
from pathlib import Path

from text_requests import read_request, write_answer
from writer import Settings, Writer, load_writer

_MOST_CHARACTERS = 50_000
_TOP_P = "top_p"


def model_fn(model_dir: str) -> Writer:
    """Load what train.py saved; the container's variables may change how it writes."""
    writer = load_writer(Path(model_dir))
    return writer._replace(settings=_changed(writer.settings))


def _changed(settings: Settings) -> Settings:
    for name in ("input_max_length", "output_max_length"):
        taught = getattr(settings, name)
        text = os.environ.get(name) or str(taught)
        if not text.isdecimal() or int(text) < 1:
            raise ValueError(f"{name} must be a whole number of tokens, is '{text}'")
        settings = settings._replace(**{name: min(int(text), taught)})
    text = os.environ.get(_TOP_P) or "1"
    try:
        top_p = float(text)
    except ValueError:
        top_p = 0.0
    if not 0 < top_p <= 1:
        raise ValueError(f"{_TOP_P} must be a number above 0, at most 1, is '{text}'")
    return settings._replace(top_p=top_p)


def input_fn(body: str | bytes, content_type: str | None) -> str:
    """Read the text of a request."""
    return str(read_request(body, content_type, most=_MOST_CHARACTERS)["inputs"])


def predict_fn(text: str, model: Writer) -> dict[str, str]:
    """Write the summary of a text, of which the beginning is read if it is too long."""
    return {"result": model.write([text])[0]}


def output_fn(prediction: dict[str, str], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return write_answer(prediction, accept)
