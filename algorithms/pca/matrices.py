"""CSV files as matrices of numbers with names, in which every value is needed."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Matrix(NamedTuple):
    """Rows of numbers, and the names of their columns."""

    columns: list[str]
    values: Any


def read_channel(folder: Path, ignored: set[str]) -> Matrix:
    """Read every CSV file of *folder* as one matrix, without the columns *ignored*."""
    paths = sorted(
        path
        for path in folder.rglob("[!._]*")
        if path.is_file() and (path.suffix == ".csv" or path.name.startswith("part-"))
    )
    if not paths:
        raise DataError(f"The channel '{folder.name}' has no file named *.csv or part-*.")
    matrices = []
    for path in paths:
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        matrices.append(_read_file(path, name, ignored))
        if matrices[-1].columns != matrices[0].columns:
            expected = ", ".join(matrices[0].columns)
            raise DataError(f"{name} has other columns than the file before it: not {expected}.")
    values = np.concatenate([matrix.values for matrix in matrices])
    if not len(values):
        raise DataError(f"The channel '{folder.name}' has a header and no rows.")
    return Matrix(matrices[0].columns, values)


def _read_file(path: Path, name: str, ignored: set[str]) -> Matrix:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            lines = [(f"{name}, line {reader.line_num}", row) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} is no CSV in UTF-8: {error}.") from error
    return to_matrix(lines, ignored, name)


def to_matrix(lines: Iterable[tuple[str, list[Any]]], ignored: set[str], name: str) -> Matrix:
    """Turn a header and rows, each with its place, into numbers."""
    (_, header), *rows = lines or [("", [])]
    names = [str(cell).strip() for cell in header]
    if not all(names) or not names or len(set(names)) < len(names):
        raise DataError(f"{name}, line 1: a header of different names is needed, not {header}.")
    kept = [place for place, column in enumerate(names) if column not in ignored]
    if not kept:
        raise DataError(f"{name}: there is no column that is not ignored.")
    values = np.empty((len(rows), len(kept)))
    for number, (place, row) in enumerate(rows):
        if len(row) != len(names):
            raise DataError(f"{place}: has {len(row)} values for {len(names)} columns.")
        for at, column in enumerate(kept):
            values[number, at] = _number(row[column], f"{place}, column '{names[column]}'")
    return Matrix([names[column] for column in kept], values)


def _number(cell: object, place: str) -> float:
    try:
        value = float(cell) if isinstance(cell, (str, int, float)) else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{place}: {cell!r} is not a number, and every value is needed.")
    return value
