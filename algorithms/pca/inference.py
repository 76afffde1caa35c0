"""Serve components found here: rows in, their components and what is lost by them out; and back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matrices import DataError, Matrix, to_matrix
from refusals import RequestError

JSON = "application/json"
CSV = "text/csv"


class Model(NamedTuple):
    """The components, one a row, and how the columns were moved and scaled."""

    facts: dict[str, Any]
    mean: Any
    scale: Any
    components: Any


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved."""
    folder = Path(model_dir)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    with np.load(folder / "components.npz") as arrays:
        return Model(facts, **arrays)


def transform_fn(
    model: Model, body: str | bytes, content_type: str | None, accept: str | None
) -> tuple[str, str]:
    """Answer a request: rows become components, or components rows."""
    kind = (content_type or CSV).partition(";")[0].strip().lower()
    if kind not in (CSV, JSON):
        raise RequestError(f"The content type '{content_type}' is neither {CSV} nor {JSON}.")
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        request = json.loads(text) if kind == JSON else None
        if isinstance(request, dict) and "components" in request:
            return _written(_rebuild(request["components"], model), accept)
        rows = _rows(request, model) if kind == JSON else _lines(text)
        ignored = set(model.facts["ignored"])
        return _written(_reduce(to_matrix(rows, ignored, "The request"), model), accept)
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise RequestError(f"The request is no {kind}: {error}.") from error
    except DataError as error:
        raise RequestError(str(error)) from error


def _lines(text: str) -> list[tuple[str, list[Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    return [(f"Line {reader.line_num}", row) for row in reader if row]


def _rows(request: object, model: Model) -> list[tuple[str, list[Any]]]:
    """Write the rows of a JSON request as lines; lists are in the order of the columns."""
    rows = request.get("instances") if isinstance(request, dict) else request
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], (list, dict)):
        raise RequestError('The request must be a list of rows or {"instances": [...]}.')
    header = list(rows[0]) if isinstance(rows[0], dict) else model.facts["columns"]
    lines = [("The columns", header)]
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict) and (odd := row.keys() ^ set(header)):
            raise RequestError(f"Row {number} and the first differ in the column '{min(odd)}'.")
        if not isinstance(row, type(rows[0])):
            raise RequestError(f"Row {number} must be like the first, is {row!r:.60}.")
        cells = row if isinstance(row, list) else [row[name] for name in header]
        lines.append((f"Row {number}", cells))
    return lines


def _reduce(matrix: Matrix, model: Model) -> dict[str, Any]:
    """Give the components of every row, and the mean square of what they do not explain."""
    columns = model.facts["columns"]
    if odd := set(columns) ^ set(matrix.columns):
        fault = "is missing" if min(odd) in columns else "is not known"
        raise RequestError(f"The column '{min(odd)}' {fault}; it takes {', '.join(columns)}.")
    if not len(matrix.values):
        raise RequestError("The request has a header and no rows.")
    order = [matrix.columns.index(name) for name in columns]
    rows = (matrix.values[:, order] - model.mean) / model.scale
    found = rows @ model.components.T
    lost = ((rows - found @ model.components) ** 2).mean(axis=1)
    return {
        "components": found.tolist(),
        "explained_variance": model.facts["explained_variance"],
        "reconstruction_error": lost.tolist(),
    }


def _rebuild(components: object, model: Model) -> dict[str, Any]:
    """Give the rows that *components* stand for."""
    names = [f"component {number}" for number in range(1, len(model.components) + 1)]
    if not isinstance(components, list) or not all(isinstance(row, list) for row in components):
        raise RequestError('The request must be {"components": [[...], ...]}, a list for each row.')
    rows = [(f"Row {number}", row) for number, row in enumerate(components, 1)]
    found = to_matrix([("", names), *rows], set(), "The request").values
    rebuilt = found @ model.components * model.scale + model.mean
    return {"columns": model.facts["columns"], "instances": rebuilt.tolist()}


def _written(answer: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as the first type of *accept* that we know; CSV holds the numbers alone."""
    for choice in (accept or JSON).split(","):
        kind = choice.partition(";")[0].strip().lower()
        if kind in (JSON, "*/*", "application/*"):
            return json.dumps(answer, allow_nan=False), JSON
        if kind in (CSV, "text/*"):
            lines = io.StringIO()
            rows = answer.get("components", answer.get("instances"))
            csv.writer(lines, lineterminator="\n").writerows(rows or [])
            return lines.getvalue(), CSV
    raise RequestError(f"The answer can be {JSON} or {CSV}, not '{accept}'.")
