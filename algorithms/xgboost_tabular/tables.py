"""CSV files as data frames: texts, each row indexed by its place; then numbers and categories.

SageMaker's own XGBoost takes files without a header whose first column is to be predicted; so do
we, and files with a header.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

MISSING = ("", "NA", "N/A", "NaN", "nan", "null")
"""Texts that stand for no value."""

Columns = dict[str, list[str] | None]
"""The features in their order: the categories of one that has texts, None for numbers."""

_ODD = 0.1  # share of texts up to which a column is one of numbers with mistakes in it


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def read_channel(folder: Path) -> pd.DataFrame:
    """Read every `*.csv` and `part-*` file below *folder* as one table of texts."""
    frames: list[pd.DataFrame] = []
    for path in sorted(path for path in folder.rglob("*") if _is_data(path, folder)):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        frame = read_text(path.read_bytes(), f"{name}, line ")
        if frames and list(frame) != list(frames[0]):
            expected = ", ".join(frames[0])
            raise DataError(f"{name} has other columns than the file before it: not {expected}.")
        frames.append(frame)
    if not frames:
        raise DataError(f"The channel '{folder.name}' has no file named *.csv or part-*.")
    if (table := pd.concat(frames)).empty:
        raise DataError(f"The channel '{folder.name}' has a header and no rows.")
    return table


def _is_data(path: Path, folder: Path) -> bool:
    """Tell data from the markers of Spark and Hadoop, whose names begin with `_` or `.`."""
    hidden = any(part[0] in "_." for part in path.relative_to(folder).parts)
    named = path.suffix == ".csv" or path.name.startswith("part-")
    return named and not hidden and path.is_file()


def read_text(content: bytes, place: str) -> pd.DataFrame:
    """Read *content*; a row's index is *place* and its line. A first line of words is a header."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        lines = [(f"{place}{reader.line_num}", row) for row in reader if any(map(str.strip, row))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{place}1 ff. is no CSV in UTF-8: {error}.") from error
    if not lines:
        raise DataError(f"{place}1: there is nothing in it.")
    words = [cell.strip() for cell in lines[0][1]]
    return frame_of(lines, has_header=not any(is_number(w) or w in MISSING for w in words))


def unnamed(count: int) -> list[str]:
    """Name *count* columns that have no names."""
    return [f"f{number}" for number in range(count)]


def frame_of(lines: list[tuple[str, list[str]]], *, has_header: bool) -> pd.DataFrame:
    """Make a table of rows, each with its place; without a header the columns are f0, f1 ..."""
    (first, header), *rows = lines
    names = [cell.strip() for cell in header]
    if not has_header:
        names, rows = unnamed(len(header)), lines
    elif len(set(names)) < len(names):
        raise DataError(f"{first}: the header has a column twice.")
    for place, row in rows:
        if len(row) != len(names):
            raise DataError(f"{place}: has {len(row)} values, the first line {len(names)}.")
    cells = [[cell.strip() for cell in row] for _, row in rows]
    return pd.DataFrame(cells, columns=names, index=[place for place, _ in rows], dtype=object)


def is_number(text: str) -> bool:
    """Tell whether *text* is a finite number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def learn_columns(frame: pd.DataFrame) -> Columns:
    """Find out which columns hold categories, and which these are."""
    columns: Columns = {}
    for name in frame:
        texts = frame[name][~frame[name].isin(MISSING)]
        odd = texts[~texts.map(is_number).astype(bool)]
        is_category = len(odd) > _ODD * len(texts)
        columns[name] = sorted(set(texts)) if is_category else None
        if len(odd) and not is_category:
            raise DataError(_not_a_number(odd))
    return columns


def encode(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Turn texts into what XGBoost takes; a category that was not seen in training is missing."""
    encoded = {}
    for name, categories in columns.items():
        texts = frame[name].where(~frame[name].isin(MISSING))
        if categories is None:
            odd = texts[~texts.map(lambda text: not isinstance(text, str) or is_number(text))]
            if len(odd):
                raise DataError(_not_a_number(odd))
            encoded[name] = texts.astype(float)
        else:
            codes = {text: code for code, text in enumerate(categories)}
            kinds = range(len(categories))
            encoded[name] = pd.Series(pd.Categorical(texts.map(codes), kinds), texts.index)
    return pd.DataFrame(encoded, index=frame.index)


def _not_a_number(odd: pd.Series) -> str:
    return f"{odd.index[0]}, column '{odd.name}': '{odd.iloc[0]}' is not a number."
