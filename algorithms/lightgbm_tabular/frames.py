"""CSV files as data frames of numbers and categories, typed by pandas and checked by us.

pandas fills a short row with missing values and turns a column with a typing error into one of
texts; both would train a worse model without a word. So the values of each row are counted first,
and a column that is mostly numbers must be all numbers.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

_MISTAKES = 0.1  # share of texts up to which a column is one of numbers with mistakes in it


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def read_channel(folder: Path) -> pd.DataFrame:
    """Read every CSV file of *folder* as one table; a row's index is its place."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("[!._]*")
        if path.is_file() and (path.suffix == ".csv" or path.name.startswith("part-"))
    )
    if not names:
        raise DataError(f"The channel '{folder.name}' has no file named *.csv or part-*.")
    frames = [read_csv((folder / name).read_bytes(), f"{folder.name}/{name}") for name in names]
    for name, frame in zip(names, frames, strict=True):
        if odd := set(frame) ^ set(frames[0]):
            raise DataError(
                f"The column '{min(odd)}' is only in one of {folder.name}/{names[0]} and "
                f"{folder.name}/{name}."
            )
    table = pd.concat(frames)
    if table.empty:
        raise DataError(f"The channel '{folder.name}' has a header and no rows.")
    return table


def read_csv(content: bytes, name: str) -> pd.DataFrame:
    """Read a file with a header; the index of each row says its line."""
    try:
        text = content.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""))
        header = next(reader, [])
        lines = [(reader.line_num, len(row)) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} is no CSV in UTF-8: {error}.") from error
    names = [column.strip() for column in header]
    if not all(names) or len(set(names)) < len(names) or not names:
        raise DataError(f"{name}, line 1: a header of different names is needed, not {header}.")
    for line, count in lines:
        if count != len(names):
            raise DataError(f"{name}, line {line}: has {count} values, the header {len(names)}.")
    frame = pd.read_csv(
        io.StringIO(text), header=0, names=names, index_col=False, skipinitialspace=True
    )
    return frame.set_axis([f"{name}, line {line}" for line, _ in lines])


def learn_kinds(frame: pd.DataFrame, categorical: list[str]) -> dict[str, str]:
    """Find out which columns hold categories besides those named; the others hold numbers."""
    kinds = {}
    for name in frame:
        filled = frame[name].dropna()
        odd = _odd(filled)
        is_category = name in categorical or len(odd) > _MISTAKES * len(filled)
        kinds[name] = "category" if is_category else "number"
        if len(odd) and not is_category:
            raise DataError(_not_a_number(odd))
    return kinds


def as_features(frame: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Bring the columns of *frame* into the order and the types of *kinds*."""
    features = pd.DataFrame(index=frame.index)
    for name, kind in kinds.items():
        column = frame[name]
        if kind == "category":
            features[name] = column.map(_label, na_action="ignore").astype("category")
        elif len(odd := _odd(column.dropna())):
            raise DataError(_not_a_number(odd))
        else:
            features[name] = pd.to_numeric(column).astype(float)
    return features


def _odd(column: pd.Series) -> pd.Series:
    """Give the values that are no finite numbers."""
    numbers = pd.to_numeric(column, errors="coerce")
    return column[numbers.isna() | numbers.isin([float("inf"), float("-inf")])]


def _not_a_number(odd: pd.Series) -> str:
    return f"{odd.index[0]}, column '{odd.name}': {odd.iloc[0]!r} is not a number."


def _label(value: object) -> str:
    """Write a category as a text, whole numbers without their point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
