"""Serve a model trained here: a text in, what its schema asks for out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import paddle
from schemas import Schema, check_language, prompt_of, read_schema
from spans import pieces
from text_requests import read_request, write_answer
from uie_model import Reader, load

_MOST_CHARACTERS = 20_000
_SPECIAL_TOKENS = 3
_AT_ONCE = 16
_MOST_ANSWERS = 200  # that are looked into further


class Extractor(NamedTuple):
    """A model, and what to find with it."""

    reader: Reader
    schema: Schema
    language: str
    threshold: float

    def extract(self, text: str) -> dict[str, Any]:
        """Find everything that the schema asks for."""
        return self._found(text, self.schema, "")

    def _found(self, text: str, schema: Schema, owner: str) -> dict[str, Any]:
        answers = {}
        for name, under in schema.items():
            found = self._mentions(text, prompt_of(name, owner, self.language))
            for mention in found[:_MOST_ANSWERS] if under else ():
                if relations := self._found(text, under, mention["text"]):
                    mention["relations"] = relations
            if found:
                answers[name] = found
        return answers

    def _mentions(self, text: str, prompt: str) -> list[dict[str, Any]]:
        room = self.reader.longest - _SPECIAL_TOKENS - len(prompt)
        parts = list(pieces(text, max(1, room)))
        found = []
        for begin in range(0, len(parts), _AT_ONCE):
            batch = parts[begin : begin + _AT_ONCE]
            answers = self.reader.find([(prompt, part) for _, part in batch], self.threshold)
            for (offset, _), spans in zip(batch, answers, strict=True):
                found += [(offset + s.start, offset + s.end, s.probability) for s in spans]
        return [
            {"text": text[start:end], "start": start, "end": end, "probability": probability}
            for start, end, probability in found
        ]


def model_fn(model_dir: str) -> Extractor:
    """Load what train.py saved; the container's variables say what to find."""
    schema = read_schema(os.environ.get("schema", ""))  # noqa: SIM112 - the name its users know
    language = check_language(os.environ.get("schema_lang") or "ch")  # noqa: SIM112
    threshold = float(os.environ.get("position_prob") or 0.5)  # noqa: SIM112
    if not 0 < threshold < 1:
        raise ValueError(f"position_prob must be between 0 and 1, is {threshold}")
    paddle.set_device(os.environ.get("device") or "cpu")  # noqa: SIM112
    settings = json.loads(Path(model_dir, "extractor.json").read_text(encoding="utf-8"))
    reader = load(model_dir, settings["max_seq_len"])
    reader.model.eval()
    return Extractor(reader, schema, language, threshold)


def input_fn(body: str | bytes, content_type: str | None) -> str:
    """Read the text of a request."""
    return str(read_request(body, content_type, most=_MOST_CHARACTERS)["inputs"])


def predict_fn(text: str, model: Extractor) -> dict[str, Any]:
    """Return `result`, a list with one object: under each name of the schema what was found."""
    return {"result": [model.extract(text)]}


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return write_answer(prediction, accept)
