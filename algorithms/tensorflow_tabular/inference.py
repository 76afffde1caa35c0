"""Serve a network trained here: rows as CSV or JSON in, predictions as JSON or CSV out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from features import DataError, Row, encode
from network import Network, softmax
from refusals import RequestError

JSON = "application/json"
CSV = "text/csv"


class Model(NamedTuple):
    """The network, and what it was trained on."""

    network: Network
    facts: dict[str, Any]


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    folder = Path(model_dir)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    with np.load(folder / "network.npz") as arrays:
        layers = range(len(arrays) // 2)
        weights = [arrays[f"weight{number}"] for number in layers]
        return Model(Network(weights, [arrays[f"bias{number}"] for number in layers]), facts)


def input_fn(body: str | bytes, content_type: str | None) -> list[Row]:
    """Read the rows of a request as texts by column."""
    kind = (content_type or CSV).partition(";")[0].strip().lower()
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        if kind == CSV:
            return _from_csv(text)
        if kind == JSON:
            return _from_json(json.loads(text))
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise RequestError(f"The request is no {kind}: {error}.") from error
    raise RequestError(f"The content type '{content_type}' is neither {CSV} nor {JSON}.")


def _from_csv(text: str) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", skipinitialspace=True)
    rows = list(reader)
    for place, row in enumerate(rows, 1):
        if "" in row or None in row.values():
            raise RequestError(f"Row {place} must have as many values as the header.")
    return [{name.strip(): cell.strip() for name, cell in row.items()} for row in rows]


def _from_json(request: object) -> list[Row]:
    rows = request.get("instances") if isinstance(request, dict) else request
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RequestError('The request must be a list of objects or {"instances": [...]}.')
    for place, row in enumerate(rows, 1):
        for name, value in row.items():
            if not isinstance(value, (str, int, float, type(None))):
                raise RequestError(f"Row {place}, column '{name}': {value!r:.60} is no value.")
    return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: object) -> str:
    """Write a JSON value as it would be in a CSV file."""
    whole = isinstance(value, float) and value.is_integer()
    return "" if value is None else str(int(value) if whole else value).strip()  # type: ignore[call-overload]


def predict_fn(rows: list[Row], model: Model) -> dict[str, Any]:
    """Predict a class, with the probability of each, or a number for every row."""
    features, target = model.facts["features"], model.facts["target"]
    names = [feature["name"] for feature in features]
    if not rows:
        raise RequestError("The request has no rows.")
    for place, row in enumerate(rows, 1):
        if lacking := [name for name in names if name not in row]:
            raise RequestError(f"Row {place} lacks the column '{lacking[0]}'.")
        if odd := set(row) - {*names, target["name"]}:
            raise RequestError(f"Row {place}: the model does not know the column '{min(odd)}'.")
    try:
        places = [(f"Row {place}", row) for place, row in enumerate(rows, 1)]
        outputs = model.network.outputs(encode(places, features))
    except DataError as error:
        raise RequestError(str(error)) from error
    if not (classes := target["classes"]):
        return {"predictions": (outputs[:, 0] * target["spread"] + target["mean"]).tolist()}
    shares = softmax(outputs)
    chosen = [classes[place] for place in shares.argmax(axis=1)]
    return {"predictions": chosen, "probabilities": shares.tolist(), "classes": classes}


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as the first type of *accept* that we know."""
    for choice in (accept or JSON).split(","):
        kind = choice.partition(";")[0].strip().lower()
        if kind in (JSON, "*/*", "application/*"):
            return json.dumps(prediction, allow_nan=False), JSON
        if kind in (CSV, "text/*"):
            return "".join(f"{value}\n" for value in prediction["predictions"]), CSV
    raise RequestError(f"The answer can be {JSON} or {CSV}, not '{accept}'.")
