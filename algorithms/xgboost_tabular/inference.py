"""Serve a model trained here: rows as CSV or JSON in, predictions as JSON or CSV out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xgboost
from refusals import RequestError
from tables import DataError, encode, frame_of, is_number, read_text, unnamed

JSON = "application/json"
CSV = "text/csv"


class Model(NamedTuple):
    """The trees, and what they were trained on."""

    trees: xgboost.Booster
    facts: dict[str, Any]


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    folder = Path(model_dir)
    trees = xgboost.Booster(model_file=folder / "model.ubj")
    return Model(trees, json.loads((folder / "facts.json").read_text(encoding="utf-8")))


def input_fn(body: str | bytes, content_type: str | None) -> pd.DataFrame:
    """Read the rows of a request as texts; their places say which row is at fault."""
    kind = (content_type or CSV).partition(";")[0].strip().lower()
    content = body.encode() if isinstance(body, str) else body
    try:
        if kind == CSV:
            return read_text(content, "Line ")
        if kind == JSON:
            rows = _rows(content)
            return frame_of(_lines(rows), has_header=isinstance(rows[0], dict))
    except DataError as error:
        raise RequestError(str(error)) from error
    raise RequestError(f"The content type '{content_type}' is neither {CSV} nor {JSON}.")


def _rows(content: bytes) -> list[Any]:
    """Find the rows: all lists, or all objects of the same columns."""
    try:
        request = json.loads(content)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    rows = request.get("instances") if isinstance(request, dict) else request
    if not isinstance(rows, list) or not rows:
        raise RequestError('The request must be a list of rows or {"instances": [...]}.')
    for number, row in enumerate(rows, 1):
        if not isinstance(row, type(rows[0])) or not isinstance(row, (list, dict)):
            raise RequestError(f"Row {number} must be a list or an object like the first.")
        if isinstance(row, dict) and row.keys() != rows[0].keys():
            odd = min(row.keys() ^ rows[0].keys())
            raise RequestError(f"Row {number} and the first differ in the column '{odd}'.")
    return rows


def _lines(rows: list[Any]) -> list[tuple[str, list[str]]]:
    """Write the rows as lines of texts, each with its place; of objects the first is a header."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = row if isinstance(row, list) else [row[name] for name in rows[0]]
        lines.append((f"Row {number}", [_text(number, cell) for cell in cells]))
    return [("The columns", list(rows[0])), *lines] if isinstance(rows[0], dict) else lines


def _text(number: int, cell: object) -> str:
    """Write a JSON value as it would be in a CSV file."""
    if not isinstance(cell, (str, int, float, type(None))):
        raise RequestError(f"Row {number}: {cell!r} is neither a number nor a text.")
    is_whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else str(int(cell) if is_whole else cell)


def predict_fn(table: pd.DataFrame, model: Model) -> dict[str, Any]:
    """Predict a class, with the probability of each, or a number for every row."""
    columns, classes = model.facts["columns"], model.facts["classes"]
    if list(table) == unnamed(table.shape[1]):
        table = _by_position(table, list(columns))
    if lacking := [name for name in columns if name not in table]:
        raise RequestError(f"The column '{lacking[0]}' is missing; it takes {', '.join(columns)}.")
    if odd := sorted(set(table) - {*columns, model.facts["target"]}):
        raise RequestError(f"The model does not know the column '{odd[0]}'.")
    if table.empty:
        raise RequestError("The request has a header and no rows.")
    try:
        features = encode(table, columns)
    except DataError as error:
        raise RequestError(str(error)) from error
    values = model.trees.predict(xgboost.DMatrix(features, enable_categorical=True))
    if not classes:
        return {"predictions": values.tolist()}
    shares = (
        values.tolist() if values.ndim > 1 else [[1 - share, share] for share in values.tolist()]
    )
    labels = [int(text) for text in classes] if all(map(_is_integer, classes)) else classes
    chosen = [labels[share.index(max(share))] for share in shares]
    return {"predictions": chosen, "probabilities": shares, "classes": labels}


def _by_position(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    if table.shape[1] != len(names):
        place, count, listed = table.index[0], table.shape[1], ", ".join(names)
        raise RequestError(f"{place}: has {count} values, the model takes {len(names)}: {listed}.")
    return table.set_axis(names, axis=1)


def _is_integer(text: str) -> bool:
    return is_number(text) and str(int(float(text))) == text


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as the first type of *accept* that we know."""
    for choice in (accept or JSON).split(","):
        kind = choice.partition(";")[0].strip().lower()
        if kind in (JSON, "*/*", "application/*"):
            return json.dumps(prediction, allow_nan=False), JSON
        if kind in (CSV, "text/*"):
            return "".join(f"{value}\n" for value in prediction["predictions"]), CSV
    raise RequestError(f"The answer can be {JSON} or {CSV}, not '{accept}'.")
