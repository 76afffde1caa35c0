"""What the columns of a table are, and a table as a matrix: numbers as they are, texts as codes.

A model keeps its columns, so that a row is encoded at serving as it was in training. A text that
was not seen in training counts as missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from csv_tables import DataError, Table
from numpy.typing import NDArray

Matrix = NDArray[Any]

MISSING = frozenset({"", "na", "n/a", "nan", "null"})
"""Texts that stand for no value, in lower case."""

_MOSTLY = 0.9


class Column(NamedTuple):
    """A feature: `number`s, a `category` of those seen in training, or `empty` of values."""

    name: str
    kind: str
    categories: list[str]


def learn_columns(table: Table, target: str, categorical: set[str]) -> list[Column]:
    """Find out what each column but *target* is; those named in *categorical* are no numbers."""
    for name in sorted(categorical):
        column_of(table, name)
    features = [name for name in table.columns if name != target]
    if not features:
        raise DataError(f"There is no column besides '{target}' to learn from.")
    return [_learn(table, name, name in categorical) for name in features]


def _learn(table: Table, name: str, categorical: bool) -> Column:
    texts = column_of(table, name)
    filled = [text for text in texts if not is_missing(text)]
    if not filled:
        return Column(name, "empty", [])
    odd = [row for row, text in enumerate(texts) if not _is_number_or_missing(text)]
    if categorical or len(odd) > (1 - _MOSTLY) * len(filled):
        return Column(name, "category", sorted(set(filled)))
    if odd:
        raise DataError(
            f"{table.where(odd[0], name)}: '{texts[odd[0]]}' is not a number, though most of the "
            f"column is; correct it, or name the column in the hyperparameter 'categorical'."
        )
    return Column(name, "number", [])


def column_of(table: Table, name: str) -> list[str]:
    """Give the texts of the column *name*, or say which columns there are."""
    if name not in table.columns:
        known = ", ".join(table.columns)
        raise DataError(f"There is no column '{name}' in {table.places[0][0]}: it has {known}.")
    place = table.columns.index(name)
    return [row[place] for row in table.rows]


def is_missing(text: str) -> bool:
    """Tell whether *text* stands for no value."""
    return text.lower() in MISSING


def number(text: str) -> float:
    """Read a finite number; a ValueError if it is none."""
    value = float(text)
    if "_" in text or not math.isfinite(value):
        raise ValueError(text)
    return value


def is_number(text: str) -> bool:
    """Tell whether *text* is a finite number."""
    try:
        number(text)
    except ValueError:
        return False
    return True


def _is_number_or_missing(text: str) -> bool:
    return is_missing(text) or is_number(text)


def encode(
    rows: Sequence[Sequence[str]], columns: Sequence[Column], where: Callable[[int, str], str]
) -> Matrix:
    """Turn *rows* of texts, in the order of *columns*, into a matrix of floats; NaN is missing."""
    matrix = np.full((len(rows), len(columns)), np.nan)
    for place, column in enumerate(columns):
        if column.kind == "empty":
            matrix[:, place] = 0
            continue
        codes = {text: float(code) for code, text in enumerate(column.categories)}
        for row, cells in enumerate(rows):
            text = cells[place]
            if is_missing(text):
                continue
            if column.kind == "category":
                matrix[row, place] = codes.get(text, np.nan)
            elif is_number(text):
                matrix[row, place] = number(text)
            else:
                raise DataError(f"{where(row, column.name)}: '{text}' is not a number.")
    return matrix
