"""Serve a model trained here: rows as CSV or JSON in, predictions as JSON or CSV out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import joblib
from columns import Column, encode, is_number, number
from csv_tables import DataError
from refusals import RequestError
from targets import Target

JSON = "application/json"
CSV = "text/csv"


class Model(NamedTuple):
    """A trained pipeline, and what it was trained on."""

    pipeline: Any
    columns: list[Column]
    target: Target


class Rows(NamedTuple):
    """The rows of a request: lists of texts by position, or dicts of them by name."""

    rows: list[Any]
    may_have_header: bool


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    folder = Path(model_dir)
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    columns = [Column(**column) for column in metadata["columns"]]
    pipeline = joblib.load(folder / "model.joblib")
    return Model(pipeline, columns, Target(**metadata["target"]))


def input_fn(body: str | bytes, content_type: str | None) -> Rows:
    """Read the rows of a request; what they mean is known only together with the model."""
    kind = (content_type or CSV).partition(";")[0].strip().lower()
    if kind not in (CSV, JSON):
        raise RequestError(f"The content type '{content_type}' is neither {CSV} nor {JSON}.")
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
    except UnicodeDecodeError as error:
        raise RequestError(f"The request is not UTF-8: byte {error.start}.") from error
    found = _from_csv(text) if kind == CSV else _from_json(text)
    if not found.rows:
        raise RequestError("The request has no rows.")
    return found


def _from_csv(text: str) -> Rows:
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    except csv.Error as error:
        raise RequestError(f"The request is no CSV: {error}.") from error
    return Rows([row for row in rows if any(row)], may_have_header=True)


def _from_json(text: str) -> Rows:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    rows = found.get("instances") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise RequestError('The request must be a list of rows or {"instances": [...]}.')
    return Rows([_row(place, row) for place, row in enumerate(rows, 1)], may_have_header=False)


def _row(place: int, row: object) -> list[str] | dict[str, str]:
    if isinstance(row, list):
        return [_text(place, str(at), value) for at, value in enumerate(row, 1)]
    if isinstance(row, dict):
        return {name: _text(place, f"'{name}'", value) for name, value in row.items()}
    raise RequestError(f"Row {place} must be a list or an object, is {row!r}.")


def _text(place: int, column: str, value: object) -> str:
    """Write a JSON value as it would be in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (str, int, float)):
        return str(value).strip()
    raise RequestError(f"Row {place}, column {column}: {value!r} is neither a number nor a text.")


def predict_fn(request: Rows, model: Model) -> dict[str, Any]:
    """Predict a class, with the probability of each, or a number for every row."""
    rows = _in_order(request, model)
    try:
        features = encode(rows, model.columns, lambda row, name: f"Row {row + 1}, column '{name}'")
    except DataError as error:
        raise RequestError(str(error)) from error
    if model.target.task == "regression":
        values = model.pipeline.predict(features) * model.target.spread + model.target.mean
        return {"predictions": values.tolist()}
    probabilities = model.pipeline.predict_proba(features)
    labels = _labels(model.target.classes)
    return {
        "predictions": [labels[code] for code in probabilities.argmax(axis=1)],
        "probabilities": probabilities.tolist(),
        "classes": labels,
    }


def _labels(classes: list[str]) -> list[Any]:
    """Give classes that are integers as integers, as they were meant."""
    if all(is_number(text) and str(int(number(text))) == text for text in classes):
        return [int(text) for text in classes]
    return list(classes)


def _in_order(request: Rows, model: Model) -> list[list[str]]:
    """Bring the cells of each row into the order of the model's columns."""
    names = [column.name for column in model.columns]
    rows = request.rows
    if request.may_have_header and set(rows[0]) & {*names, model.target.name}:
        header, *rows = rows
        rows = [_named(place, header, row) for place, row in enumerate(rows, 1)]
    if not rows:
        raise RequestError("The request has a header and no rows.")
    return [_ordered(place, row, names, model.target.name) for place, row in enumerate(rows, 1)]


def _named(place: int, header: list[str], row: list[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise RequestError(f"Row {place} has {len(row)} values, the header {len(header)}.")
    return dict(zip(header, row))  # noqa: B905 - Python 3.9 has no strict


def _ordered(
    place: int, row: list[str] | dict[str, str], names: list[str], target: str
) -> list[str]:
    if isinstance(row, list):
        if len(row) != len(names):
            listed = ", ".join(names)
            raise RequestError(
                f"Row {place} has {len(row)} values, the model takes {len(names)}: {listed}."
            )
        return row
    for name in names:
        if name not in row:
            raise RequestError(f"Row {place} lacks the column '{name}'.")
    if odd := sorted(set(row) - {*names, target}):
        raise RequestError(f"Row {place} has the column '{odd[0]}', which the model does not know.")
    return [row[name] for name in names]


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as the first type of *accept* that we know."""
    for choice in (accept or JSON).split(","):
        kind = choice.partition(";")[0].strip().lower()
        if kind in (JSON, "*/*", "application/*"):
            return json.dumps(prediction), JSON
        if kind in (CSV, "text/*"):
            lines = io.StringIO()
            rows = ([value] for value in prediction["predictions"])
            csv.writer(lines, lineterminator="\n").writerows(rows)
            return lines.getvalue(), CSV
    raise RequestError(f"The answer can be {JSON} or {CSV}, not '{accept}'.")
