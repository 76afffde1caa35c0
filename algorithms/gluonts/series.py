"""Time series as GluonTS takes them, read from JSON and checked: of files, and of requests.

A series is an object with `start`, `target`, and if you like `item_id`, `cat` (its categories, as
numbers) and `dynamic_feat` (other series known in advance); GluonTS's newer names
`feat_static_cat` and `feat_dynamic_real` are understood as well.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Series = dict[str, Any]

_NAMES = {"cat": "feat_static_cat", "dynamic_feat": "feat_dynamic_real"}
_KNOWN = {"start", "target", "item_id", "freq", "prediction_length", *_NAMES.values()}


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


def normal(freq: str) -> str:
    """Write a frequency in the one way that pandas does, so that '1H' and 'h' are the same."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # pandas renames its frequencies
            return str(pd.Period("2000-01-01", freq=freq).freqstr)
    except (ValueError, AttributeError) as error:
        raise DataError(f"'{freq}' is no frequency such as 1M, 1D or 1H.") from error


def read_channel(folder: Path, freq: str) -> tuple[list[Series], list[Series]]:
    """Read the JSON Lines of *folder*: those to learn from, and those in `test/`, if any."""
    found: dict[bool, list[Series]] = {False: [], True: []}
    for path in sorted(folder.rglob("*.json*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and parts[0] != "metadata":
            found[parts[0] == "test"] += _read_file(path, "/".join((folder.name, *parts)), freq)
    if not found[False]:
        raise DataError(f"The channel '{folder.name}' has no series in a file *.json or *.jsonl.")
    return found[False], found[True]


def _read_file(path: Path, name: str, freq: str) -> list[Series]:
    entries = []
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            place = f"{name}, line {number}"
            if line.strip():
                entries.append(series_of(json.loads(line), place, freq))
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: byte {error.start}.") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{place}: is no JSON: {error}; a line is one series.") from error
    return entries


def series_of(entry: object, place: str, freq: str, future: int = 0) -> Series:
    """Check one series; its dynamic features must reach *future* steps beyond its target.

    If they end with it, as those of training do, the last steps of the target are left out.
    """
    if not isinstance(entry, dict):
        raise DataError(f"{place}: must be an object with 'start' and 'target', is {entry!r:.60}.")
    named = {_NAMES.get(str(name), str(name)): value for name, value in entry.items()}
    if odd := set(named) - _KNOWN:
        raise DataError(f"{place}: '{min(odd)}' is not known; it may have {', '.join(_KNOWN)}.")
    if lacking := {"start", "target"} - set(named):
        raise DataError(f"{place}: '{min(lacking)}' is missing.")
    own = normal(str(named.get("freq", freq)))
    if own != normal(freq):
        raise DataError(f"{place}: its freq is '{own}', the model's '{normal(freq)}'.")
    target = _numbers(named["target"], f"{place}, target", missing=True)
    series = {"start": _start(named["start"], place, freq), "target": target}
    series["item_id"] = str(named.get("item_id", place))
    if cat := named.get("feat_static_cat"):
        series["feat_static_cat"] = _categories(cat, place)
    if features := named.get("feat_dynamic_real"):
        rows = series["feat_dynamic_real"] = _features(features, place)
        if rows.shape[1] == len(target) and future:
            series["target"] = target[:-future]
        elif rows.shape[1] != len(target) + future:
            count = len(target) + future
            raise DataError(f"{place}: dynamic_feat has {rows.shape[1]} values; {count} are due.")
    return series


def _start(value: object, place: str, freq: str) -> pd.Period:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return pd.Period(str(value), freq=freq)
    except ValueError as error:
        raise DataError(f"{place}: start {value!r} is no time: {error}.") from error


def _numbers(values: object, place: str, *, missing: bool) -> Any:  # noqa: ANN401 - an array
    if not isinstance(values, list) or not values:
        raise DataError(f"{place}: must be a list of numbers, is {values!r:.60}.")
    numbers = np.empty(len(values), dtype=np.float32)
    for at, value in enumerate(values):
        empty = value is None or value == "NaN" or (isinstance(value, float) and math.isnan(value))
        if empty and missing:
            numbers[at] = math.nan
        elif isinstance(value, (int, float)) and math.isfinite(value):
            numbers[at] = value
        else:
            raise DataError(f"{place}: value {at + 1}, {value!r}, is not a number.")
    if np.isnan(numbers).all():
        raise DataError(f"{place}: has no value that is a number.")
    return numbers


def _categories(values: object, place: str) -> Any:  # noqa: ANN401 - an array
    if not isinstance(values, list) or not all(isinstance(v, int) and v >= 0 for v in values):
        raise DataError(f"{place}: cat must be a list of whole numbers from 0, is {values!r:.60}.")
    return np.array(values)


def _features(rows: object, place: str) -> Any:  # noqa: ANN401 - an array
    if not isinstance(rows, list):
        raise DataError(f"{place}: dynamic_feat must be a list of lists, is {rows!r:.60}.")
    found = [
        _numbers(row, f"{place}, dynamic_feat {number}", missing=False)
        for number, row in enumerate(rows, 1)
    ]
    if len({len(row) for row in found}) > 1:
        raise DataError(f"{place}: its dynamic_feat are not of one length.")
    return np.stack(found)
