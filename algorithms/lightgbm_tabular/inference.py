"""Serve a model trained here: rows as CSV or JSON, columns by name, in; predictions out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import pandas as pd
from frames import DataError, as_features, read_csv
from refusals import RequestError

JSON = "application/json"
CSV = "text/csv"


class Model(NamedTuple):
    """The trees, and what they were trained on."""

    trees: lightgbm.Booster
    facts: dict[str, Any]


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    folder = Path(model_dir)
    trees = lightgbm.Booster(model_file=folder / "model.txt")
    return Model(trees, json.loads((folder / "facts.json").read_text(encoding="utf-8")))


def input_fn(body: str | bytes, content_type: str | None) -> pd.DataFrame:
    """Read the rows of a request; the index says which row is at fault."""
    kind = (content_type or CSV).partition(";")[0].strip().lower()
    content = body.encode() if isinstance(body, str) else body
    if kind == JSON:
        return _from_json(content)
    if kind != CSV:
        raise RequestError(f"The content type '{content_type}' is neither {CSV} nor {JSON}.")
    try:
        return read_csv(content, "The request")
    except DataError as error:
        raise RequestError(str(error)) from error


def _from_json(content: bytes) -> pd.DataFrame:
    try:
        request = json.loads(content)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    rows = request.get("instances") if isinstance(request, dict) else request
    if not isinstance(rows, list):
        raise RequestError('The request must be a list of rows or {"instances": [...]}.')
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise RequestError(f"Row {number} must be an object of columns, is {row!r:.60}.")
        if odd := row.keys() ^ rows[0].keys():
            raise RequestError(f"Row {number} and the first differ in the column '{min(odd)}'.")
        for name, value in row.items():
            if not isinstance(value, (str, int, float, type(None))):
                raise RequestError(f"Row {number}, column '{name}': {value!r:.60} is no value.")
    return pd.DataFrame(rows, index=[f"Row {number}" for number in range(1, len(rows) + 1)])


def predict_fn(frame: pd.DataFrame, model: Model) -> dict[str, Any]:
    """Predict a class, with the probability of each, or a number for every row."""
    kinds, target, classes = (model.facts[name] for name in ("kinds", "target", "classes"))
    if frame.empty:
        raise RequestError("The request has no rows.")
    if lacking := [name for name in kinds if name not in frame]:
        raise RequestError(f"The column '{lacking[0]}' is missing; it takes {', '.join(kinds)}.")
    if odd := set(frame) - {*kinds, target}:
        raise RequestError(f"The model does not know the column '{min(odd)}'.")
    try:
        features = as_features(frame, kinds)
    except DataError as error:
        raise RequestError(str(error)) from error
    values = model.trees.predict(features)
    if not classes:
        return {"predictions": values.tolist()}
    rows = values.tolist()
    shares = rows if values.ndim > 1 else [[1 - share, share] for share in rows]
    chosen = [classes[share.index(max(share))] for share in shares]
    return {"predictions": chosen, "probabilities": shares, "classes": classes}


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as the first type of *accept* that we know."""
    for choice in (accept or JSON).split(","):
        kind = choice.partition(";")[0].strip().lower()
        if kind in (JSON, "*/*", "application/*"):
            return json.dumps(prediction, allow_nan=False), JSON
        if kind in (CSV, "text/*"):
            return "".join(f"{value}\n" for value in prediction["predictions"]), CSV
    raise RequestError(f"The answer can be {JSON} or {CSV}, not '{accept}'.")
