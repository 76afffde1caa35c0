"""CSV files as Spark data frames of texts, checked, and the kinds of their columns.

Spark itself turns what it cannot read into missing values, or fails without saying where. So every
value is read as a text, and what does not fit is looked up in its file.
"""

from __future__ import annotations

import csv
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.types import StringType, StructField, StructType

MISSING = ("", "NA", "N/A", "NaN", "nan", "null")
"""Texts that stand for no value."""

_MISTAKES = 0.1  # share of texts up to which a column is one of numbers with mistakes in it
_CORRUPT = "_corrupt"


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def read_channel(spark: SparkSession, folder: Path) -> DataFrame:
    """Read every CSV file of *folder* as one table of texts, with missing values as nulls."""
    paths = sorted(
        path
        for path in folder.rglob("[!._]*")
        if path.is_file() and (path.suffix == ".csv" or path.name.startswith("part-"))
    )
    if not paths:
        raise DataError(f"The channel '{folder.name}' has no file named *.csv or part-*.")
    names = _header(paths[0], folder)
    for path in paths[1:]:
        if _header(path, folder) != names:
            raise DataError(f"{_name(path, folder)} has other columns than the file before it.")
    fields = [StructField(name, StringType()) for name in (*names, _CORRUPT)]
    table = spark.read.csv(
        [str(path) for path in paths],
        schema=StructType(fields),
        header=True,
        columnNameOfCorruptRecord=_CORRUPT,
        ignoreLeadingWhiteSpace=True,
        ignoreTrailingWhiteSpace=True,
    ).cache()
    if found := table.where(table[_CORRUPT].isNotNull()).select(_CORRUPT).first():
        raise DataError(f"{_place(paths, folder, found[0])}: must have {len(names)} values.")
    if table.isEmpty():
        raise DataError(f"The channel '{folder.name}' has a header and no rows.")
    filled = [
        sql.when(~sql.col(f"`{name}`").isin(*MISSING), sql.col(f"`{name}`")) for name in names
    ]
    return table.select(*(each.alias(name) for each, name in zip(filled, names, strict=True)))


def _header(path: Path, folder: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            names = [name.strip() for name in next(csv.reader(stream), [])]
    except UnicodeDecodeError as error:
        raise DataError(f"{_name(path, folder)} is not UTF-8: byte {error.start}.") from error
    if not names or not all(names) or len(set(names)) < len(names):
        raise DataError(
            f"{_name(path, folder)}, line 1: a header of different names is needed, not {names}."
        )
    if odd := [name for name in names if set(name) & set(".`")]:
        raise DataError(
            f"{_name(path, folder)}, line 1: the name '{odd[0]}' has a dot or a backtick, "
            f"which mean something to Spark; rename the column."
        )
    return names


def _name(path: Path, folder: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _place(paths: list[Path], folder: Path, line: str) -> str:
    """Find where *line* is."""
    for path in paths:
        with path.open(encoding="utf-8-sig") as stream:
            for number, text in enumerate(stream, 1):
                if text.strip() == line.strip():
                    return f"{_name(path, folder)}, line {number}"
    return f"{folder.name}, at '{line:.60}'"


def learn_kinds(table: DataFrame, folder: Path) -> dict[str, str]:
    """Find out which columns hold numbers and which categories."""
    counts = table.select(
        *(sql.count(table[f"`{name}`"]).alias(f"all {name}") for name in table.columns),
        *(sql.count(number(name)).alias(f"numbers {name}") for name in table.columns),
    ).first()
    assert counts is not None
    kinds = {}
    for name in table.columns:
        filled = counts[f"all {name}"]
        odd = filled - counts[f"numbers {name}"]
        kinds[name] = "category" if odd > _MISTAKES * filled else "number"
        if odd and kinds[name] == "number":
            wrong = table.where(table[f"`{name}`"].isNotNull() & number(name).isNull()).first()
            assert wrong is not None
            text = wrong[name]
            raise DataError(f"{place_of(folder, name, (text,))}: '{text}' is not a number.")
    return kinds


def number(name: str) -> Column:
    """Give the column *name* as numbers, null where it is none."""
    value = sql.col(f"`{name}`").cast("double")
    return sql.when(~sql.isnan(value) & (sql.abs(value) < float("inf")), value)


def place_of(folder: Path, column: str, texts: tuple[str, ...]) -> str:
    """Find where one of *texts* is in *column*."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name[0] in "._":
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, skipinitialspace=True)
            for row in reader:
                if (row.get(column) or "").strip() in texts:
                    return f"{_name(path, folder)}, line {reader.line_num}, column '{column}'"
    return f"{folder.name}, column '{column}'"
