"""Say which of any labels fits a text, in a hundred languages, with mDeBERTa and no training.

Method: W. Yin, J. Hay, D. Roth, Benchmarking Zero-shot Text Classification, https://aclanthology.org/D19-1404:
a label fits if a sentence that says so follows from the text.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import torch
from refusals import RequestError
from text_requests import check_text, read_request, write_answer
from transformers import Pipeline, pipeline

_TASK = "zero-shot-classification"
_MODEL = "MoritzLaurer/mDeBERTa-v3-base-mnli-xnli"
_MOST_CHARACTERS = 20_000  # the model reads 512 tokens of them
_MOST_LABELS = 100  # for each the model reads the text once
_LONGEST_LABEL = 200


class Question(NamedTuple):
    """A text and the labels to choose from."""

    text: str
    labels: list[str]
    options: dict[str, Any]


def model_fn(model_dir: str) -> Pipeline:  # noqa: ARG001 - the model has a name, and is no artifact
    """Load the model that HF_MODEL_ID names: one of the hub, a folder, or `tiny` beside this."""
    if (task := os.environ.get("HF_TASK", _TASK)) != _TASK:
        raise ValueError(f"HF_TASK must be {_TASK}, is '{task}'")
    name = os.environ.get("HF_MODEL_ID", "") or _MODEL
    beside = Path(__file__).resolve().parent / name
    loaded = pipeline(
        _TASK,
        model=os.fspath(beside) if beside.is_dir() else name,
        revision=os.environ.get("HF_MODEL_REVISION") or None,
        token=os.environ.get("HF_API_TOKEN") or None,
        device=0 if torch.cuda.is_available() else -1,
        dtype=torch.float32,  # its attention overflows in half precision
    )
    known = loaded.model.config.label2id
    if not any(label.lower().startswith("entail") for label in known):
        raise ValueError(f"'{name}' tells no entailment, it tells {', '.join(known)}")
    return loaded


def input_fn(body: str | bytes, content_type: str | None) -> Question:
    """Read the text, and the labels in `parameters`."""
    request = read_request(body, content_type, most=_MOST_CHARACTERS, also=("parameters",))
    given = request.get("parameters")
    if not isinstance(given, dict) or "candidate_labels" not in given:
        raise RequestError(
            'The request needs "parameters": {"candidate_labels": ["a label", ...]}.'
        )
    options = {key: value for key, value in given.items() if key != "candidate_labels"}
    for key, value in options.items():
        if key not in _OPTIONS:
            raise RequestError(f"'parameters' has '{key}', which is unknown here.")
        _OPTIONS[key](value)
    return Question(request["inputs"], _labels(given["candidate_labels"]), options)


def _labels(given: object) -> list[str]:
    labels = given.split(",") if isinstance(given, str) else given
    if not isinstance(labels, list) or not 1 <= len(labels) <= _MOST_LABELS:
        raise RequestError(f"'candidate_labels' must be a list of 1 to {_MOST_LABELS} texts.")
    for label in labels:
        check_text("candidate_labels", label, _LONGEST_LABEL)
    stripped = [label.strip() for label in labels]
    if len(set(stripped)) < len(stripped):
        raise RequestError("'candidate_labels' has a label twice.")
    return stripped


def _check_multi_label(value: object) -> None:
    if not isinstance(value, bool):
        raise RequestError(f"'multi_label' must be true or false, is {value!r:.60}.")


def _check_template(value: object) -> None:
    check_text("hypothesis_template", value, _LONGEST_LABEL)
    text = str(value)
    if text.count("{}") != 1 or text.count("{") + text.count("}") != 2:  # noqa: PLR2004 - one pair
        raise RequestError("'hypothesis_template' must have {} once, in place of the label.")


_OPTIONS = {"multi_label": _check_multi_label, "hypothesis_template": _check_template}


def predict_fn(question: Question, model: Pipeline) -> dict[str, Any]:
    """Return the labels with their scores, the best first."""
    found = model(question.text, candidate_labels=question.labels, **question.options)
    return {key: found[key] for key in ("sequence", "labels", "scores")}


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as JSON."""
    return write_answer(prediction, accept)
