"""Rows of a table as vectors: numbers centred and scaled, each category a place of its own."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

MISSING = ("", "NA", "N/A", "NaN", "nan", "null")
"""Texts that stand for no value: the mean for numbers, none of the categories otherwise."""

Row = dict[str, str]
Feature = dict[str, Any]
"""`name`, and either `mean` and `spread`, or `categories`."""

_MISTAKES = 0.1  # share of texts up to which a column is one of numbers with mistakes in it


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def read_channel(folder: Path) -> dict[str, Row]:
    """Read every CSV file of *folder*: the rows by their place."""
    rows: dict[str, Row] = {}
    for path in sorted(folder.rglob("[!._]*")):
        if path.is_file() and (path.suffix == ".csv" or path.name.startswith("part-")):
            rows.update(_read_file(path, f"{folder.name}/{path.relative_to(folder).as_posix()}"))
    if not rows:
        raise DataError(f"The channel '{folder.name}' has no row in a file *.csv or part-*.")
    first = next(iter(rows.values())).keys()
    for place, row in rows.items():
        if odd := row.keys() ^ first:
            raise DataError(f"{place}: not all files have the column '{min(odd)}'.")
    return rows


def _read_file(path: Path, name: str) -> Iterator[tuple[str, Row]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restkey="", skipinitialspace=True)
            header = [column.strip() for column in reader.fieldnames or []]
            if not all(header) or not header or len(set(header)) < len(header):
                raise DataError(f"{name}, line 1: a header of different names is needed.")
            reader.fieldnames = header
            for row in reader:
                place = f"{name}, line {reader.line_num}"
                if "" in row or None in row.values():
                    raise DataError(f"{place}: must have {len(header)} values, as the header.")
                yield place, {column: cell.strip() for column, cell in row.items()}
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} is no CSV in UTF-8: {error}.") from error


def number(text: str) -> float:
    """Read a finite number; NaN if it is none."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def learn_features(rows: dict[str, Row], target: str) -> list[Feature]:
    """Find out what each column but *target* holds."""
    names = [name for name in next(iter(rows.values())) if name != target]
    if not names:
        raise DataError(f"There is no column besides '{target}' to learn from.")
    return [_learn(name, rows) for name in names]


def _learn(name: str, rows: dict[str, Row]) -> Feature:
    filled = {place: row[name] for place, row in rows.items() if row[name] not in MISSING}
    numbers = {place: number(text) for place, text in filled.items()}
    odd = [place for place, value in numbers.items() if math.isnan(value)]
    if len(odd) > _MISTAKES * len(filled):
        return {"name": name, "categories": sorted(set(filled.values()))}
    if odd:
        raise DataError(f"{odd[0]}, column '{name}': '{filled[odd[0]]}' is not a number.")
    values = np.array(list(numbers.values()) or [0.0])
    return {"name": name, "mean": float(values.mean()), "spread": float(values.std()) or 1.0}


def encode(rows: Iterable[tuple[str, Row]], features: list[Feature]) -> Any:  # noqa: ANN401 - an array
    """Turn rows, each with its place, into a matrix."""
    return np.array([_vector(place, row, features) for place, row in rows], dtype=np.float32)


def _vector(place: str, row: Row, features: list[Feature]) -> list[float]:
    vector: list[float] = []
    for feature in features:
        text = row[feature["name"]]
        if "categories" in feature:
            vector += [float(text == category) for category in feature["categories"]]
        elif text in MISSING:
            vector.append(0.0)
        elif math.isnan(value := number(text)):
            raise DataError(f"{place}, column '{feature['name']}': '{text}' is not a number.")
        else:
            vector.append((value - feature["mean"]) / feature["spread"])
    return vector
