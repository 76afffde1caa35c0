"""CSV files with a header, as users upload them: read strictly, refused with the fault's place."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Table(NamedTuple):
    """Rows of texts, and where each comes from: its file and its line there."""

    columns: list[str]
    rows: list[list[str]]
    places: list[tuple[str, int]]

    def where(self, row: int, column: str) -> str:
        """Name the place of a cell."""
        file, line = self.places[row]
        return f"{file}, line {line}, column '{column}'"


def read_channel(folder: Path) -> Table:
    """Read every `*.csv` and `part-*` file below *folder* as one table."""
    table = Table([], [], [])
    files = sorted(path for path in folder.rglob("*") if _is_data(path, folder))
    if not files:
        raise DataError(f"The channel '{folder.name}' has no file named *.csv or part-*.")
    for path in files:
        _read_file(path, f"{folder.name}/{path.relative_to(folder).as_posix()}", table)
    if not table.rows:
        raise DataError(f"The channel '{folder.name}' has a header and no rows.")
    return table


def _is_data(path: Path, folder: Path) -> bool:
    """Tell data from the markers of Spark and Hadoop, whose names begin with `_` or `.`."""
    hidden = any(part[0] in "_." for part in path.relative_to(folder).parts)
    named = path.suffix == ".csv" or path.name.startswith("part-")
    return named and not hidden and path.is_file()


def _read_file(path: Path, name: str, table: Table) -> None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            _read_rows(stream, name, table)
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: byte {error.start} is {error.reason}.") from error
    except csv.Error as error:
        raise DataError(f"{name} is no CSV: {error}.") from error


def _read_rows(stream: TextIO, name: str, table: Table) -> None:
    reader = csv.reader(stream)
    header = [cell.strip() for cell in next(_filled(reader), [])]
    order = _order(header, name, table)
    for row in _filled(reader):
        if len(row) != len(header):
            raise DataError(
                f"{name}, line {reader.line_num}: has {len(row)} values, the header {len(header)}."
            )
        table.rows.append([row[place].strip() for place in order])
        table.places.append((name, reader.line_num))


def _filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    return (row for row in rows if any(cell.strip() for cell in row))


def _order(header: list[str], name: str, table: Table) -> list[int]:
    """Say where each of the table's columns is in a file; the first file decides what they are."""
    if not header:
        raise DataError(f"{name} is empty.")
    for column in header:
        if not column or header.count(column) > 1:
            fault = f"has the column '{column}' twice" if column else "has a column without a name"
            raise DataError(f"{name}, line 1: the header {fault}.")
    if not table.columns:
        table.columns.extend(header)
    if odd := sorted(set(header) ^ set(table.columns)):
        first = table.places[0][0] if table.places else "the first file"
        fault = "lacks" if odd[0] in table.columns else "alone has"
        raise DataError(f"{name} {fault} the column '{odd[0]}', unlike {first}.")
    return [header.index(column) for column in table.columns]
