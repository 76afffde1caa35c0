"""Serve a model trained here: a sentence in, the opinions in it out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from analyst import Analyst, load_analyst
from paradigms import written
from refusals import RequestError
from text_requests import read_request, write_answer

_MOST_CHARACTERS = 5_000
_MARK = re.compile(r"([.,;:!?()]+)(?=\s|$)")


def model_fn(model_dir: str) -> Analyst:
    """Load what train.py saved."""
    return load_analyst(Path(model_dir))


def input_fn(body: str | bytes, content_type: str | None) -> str:
    """Read the sentence, and put spaces around its words as in the training data."""
    text = str(read_request(body, content_type, most=_MOST_CHARACTERS)["inputs"])
    if odd := set("[]|#") & set(text):
        raise RequestError(f"'inputs' has '{min(odd)}', which marks opinions.")
    return " ".join(_MARK.sub(r" \1", text).split())


def predict_fn(sentence: str, model: Analyst) -> dict[str, Any]:
    """Return the opinions: `result` as the method writes them, `tuples` as lists."""
    longest = model.settings.max_seq_length
    if (tokens := model.tokens(sentence)) > longest:
        raise RequestError(f"'inputs' is {tokens} tokens long; the model was taught {longest}.")
    opinions = model.find([sentence], 1)[0]
    text = written(sentence, opinions, model.settings.paradigm)
    return {"result": text, "tuples": [list(opinion) for opinion in opinions]}


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return write_answer(prediction, accept)
