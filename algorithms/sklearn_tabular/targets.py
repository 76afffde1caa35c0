"""What is to be predicted: a class or a number, and its texts as an array to learn from."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from columns import Matrix, column_of, is_missing, is_number, number
from csv_tables import DataError, Table

_MAX_CLASSES = 20  # of integers: with more of them it is rather a quantity


class Target(NamedTuple):
    """The column to predict: its *classes*, or the *mean* and *spread* to scale its numbers by."""

    name: str
    task: str
    classes: list[str]
    mean: float
    spread: float

    def encode(self, table: Table) -> Matrix:
        """Turn the column into class codes, or into scaled numbers."""
        texts = _filled(table, self.name)
        if self.task == "regression":
            return (_numbers(table, self.name, texts) - self.mean) / self.spread
        codes = {text: code for code, text in enumerate(self.classes)}
        for row, text in enumerate(texts):
            if text not in codes:
                place = table.where(row, self.name)
                raise DataError(f"{place}: the class '{text}' does not occur in training.")
        return np.array([codes[text] for text in texts])


def learn_target(table: Table, name: str, task: str) -> Target:
    """Find out what the column *name* holds, if *task* does not say it (`auto`)."""
    texts = _filled(table, name)
    if task == "auto":
        task = _guess(texts)
    if task == "regression":
        values = _numbers(table, name, texts)
        if values.min() == values.max():
            raise DataError(f"The column '{name}' has only the value {texts[0]}; nothing to learn.")
        return Target(name, task, [], float(values.mean()), float(values.std()))
    counts = Counter(texts)
    if len(counts) == 1:
        raise DataError(f"The column '{name}' has only the class '{texts[0]}'; two are needed.")
    if len(counts) > len(texts) / 2:
        raise DataError(
            f"The column '{name}' has {len(counts)} classes in {len(texts)} rows; "
            f"for numbers set the hyperparameter 'task' to regression."
        )
    order = sorted(counts, key=number) if all(map(is_number, counts)) else sorted(counts)
    return Target(name, task, order, 0.0, 1.0)


def _guess(texts: list[str]) -> str:
    different = set(texts)
    if not all(map(is_number, different)):
        return "classification"
    integers = all(number(text).is_integer() for text in different)
    return "classification" if integers and len(different) <= _MAX_CLASSES else "regression"


def _filled(table: Table, name: str) -> list[str]:
    texts = column_of(table, name)
    for row, text in enumerate(texts):
        if is_missing(text):
            raise DataError(f"{table.where(row, name)}: the value to predict is missing.")
    return texts


def _numbers(table: Table, name: str, texts: list[str]) -> Matrix:
    for row, text in enumerate(texts):
        if not is_number(text):
            place = table.where(row, name)
            raise DataError(f"{place}: '{text}' is not a number, which regression needs.")
    return np.array([number(text) for text in texts])
