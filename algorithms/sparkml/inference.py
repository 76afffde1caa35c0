"""Serve a pipeline of Spark ML trained here: rows as CSV or JSON in, predictions out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

from pyspark.ml import PipelineModel
from pyspark.sql import SparkSession
from pyspark.sql import functions as sql
from refusals import RequestError
from sessions import start
from tables import MISSING, number

JSON = "application/json"
CSV = "text/csv"

Row = dict[str, str]


class Model(NamedTuple):
    """The pipeline, the Spark it runs on, and what it was trained on."""

    spark: SparkSession
    pipeline: PipelineModel
    facts: dict[str, Any]


def model_fn(model_dir: str) -> Model:
    """Load what train.py saved, and predict once, so that the first request need not wait."""
    folder = Path(model_dir)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    model = Model(start("1"), PipelineModel.load(str(folder / "pipeline")), facts)
    predict_fn([dict.fromkeys(facts["kinds"], "")], model)
    return model


def input_fn(body: str | bytes, content_type: str | None) -> list[Row]:
    """Read the rows of a request as texts by column."""
    kind = (content_type or CSV).partition(";")[0].strip().lower()
    if kind not in (CSV, JSON):
        raise RequestError(f"The content type '{content_type}' is neither {CSV} nor {JSON}.")
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        rows = _from_csv(text) if kind == CSV else _from_json(json.loads(text))
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise RequestError(f"The request is no {kind}: {error}.") from error
    if not rows:
        raise RequestError("The request has no rows.")
    return rows


def _from_csv(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    header, *lines = [row for row in reader if row] or [[]]
    names = [name.strip() for name in header]
    for place, line in enumerate(lines, 1):
        if len(line) != len(names):
            raise RequestError(f"Row {place} has {len(line)} values, the header {len(names)}.")
    return [dict(zip(names, map(str.strip, line), strict=True)) for line in lines]


def _from_json(request: object) -> list[Row]:
    rows = request.get("instances") if isinstance(request, dict) else request
    if not isinstance(rows, list):
        raise RequestError('The request must be a list of rows or {"instances": [...]}.')
    for place, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise RequestError(f"Row {place} must be an object of columns, is {row!r:.60}.")
    return [
        {name: _text(place, name, row[name]) for name in row} for place, row in enumerate(rows, 1)
    ]


def _text(place: int, name: str, value: object) -> str:
    """Write a JSON value as it would be in a CSV file."""
    if not isinstance(value, (str, int, float, type(None))):
        raise RequestError(f"Row {place}, column '{name}': {value!r:.60} is no number and no text.")
    whole = isinstance(value, float) and value.is_integer()
    return "" if value is None else str(int(value) if whole else value).strip()


def predict_fn(rows: list[Row], model: Model) -> dict[str, Any]:
    """Predict a class, with the probability of each, or a number for every row."""
    kinds, classes = model.facts["kinds"], model.facts["classes"]
    for place, row in enumerate(rows, 1):
        _check(place, row, kinds, model.facts["target"])
    columns = list(kinds)
    cells = [[None if row[name] in MISSING else row[name] for name in columns] for row in rows]
    # Rows go to Spark as one text: anything else would start a Python process for each request.
    table = model.spark.sql(
        "SELECT posexplode(from_json(:cells, 'array<array<string>>')) AS (`row number`, cells)",
        args={"cells": json.dumps(cells)},
    )
    texts = table.select(
        "row number",
        *(sql.col("cells")[place].alias(name) for place, name in enumerate(columns)),
    )
    typed = texts.select(
        "row number",
        *(
            (number(name) if kind == "number" else sql.coalesce(f"`{name}`", sql.lit(""))).alias(
                name
            )
            for name, kind in kinds.items()
        ),
    )
    found = sorted(
        model.pipeline.transform(typed).collect(), key=lambda each: int(each["row number"])
    )
    if not classes:
        return {"predictions": [each["prediction"] for each in found]}
    shares = [each["probability"].toArray().tolist() for each in found]
    chosen = [classes[int(each["prediction"])] for each in found]
    return {"predictions": chosen, "probabilities": shares, "classes": classes}


def _check(place: int, row: Row, kinds: dict[str, str], target: str) -> None:
    for name, kind in kinds.items():
        if name not in row:
            raise RequestError(f"Row {place} lacks the column '{name}'.")
        if kind == "number" and row[name] not in MISSING and not _is_number(row[name]):
            raise RequestError(f"Row {place}, column '{name}': '{row[name]}' is not a number.")
    if odd := set(row) - {*kinds, target}:
        raise RequestError(
            f"Row {place} has the column '{min(odd)}', which the model does not know."
        )


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def output_fn(prediction: dict[str, Any], accept: str | None) -> tuple[str, str]:
    """Write the answer as the first type of *accept* that we know."""
    for choice in (accept or JSON).split(","):
        kind = choice.partition(";")[0].strip().lower()
        if kind in (JSON, "*/*", "application/*"):
            return json.dumps(prediction, allow_nan=False), JSON
        if kind in (CSV, "text/*"):
            return "".join(f"{value}\n" for value in prediction["predictions"]), CSV
    raise RequestError(f"The answer can be {JSON} or {CSV}, not '{accept}'.")
