"""A training job's metrics, found in the lines of its log as SageMaker finds them."""

import re
from collections.abc import Iterable, Mapping, Sequence

type Series = dict[str, list[float]]
"""The values of each metric, in their order."""


def add_metrics(series: Series, lines: Iterable[str], expressions: Mapping[str, str]) -> None:
    """Add to *series* every value that the *expressions* (by metric) find in *lines*."""
    compiled = {name: re.compile(expression) for name, expression in expressions.items()}
    for line in lines:
        for name, expression in compiled.items():
            for match in expression.finditer(line):
                _add(series, name, match.groups())


def _add(series: Series, name: str, groups: Sequence[str | None]) -> None:
    try:
        value = float(groups[0] or "")
    except (IndexError, ValueError):  # the expression caught no number: SageMaker skips it too
        return
    series.setdefault(name, []).append(value)
