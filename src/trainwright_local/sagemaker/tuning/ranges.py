"""Ranges of hyperparameters: their values as points between 0 and 1, on the scale that was asked.

A search knows points only; a range turns one into the text of a value, and a value back into a
point. Whole numbers and reversed logarithms are the range's affair.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trainwright_local.sagemaker.store import Record

LOGARITHMIC_FROM = 100
"""With ScalingType Auto, the ratio of the ends of a range from which its scale is logarithmic."""


class RangeError(Exception):
    """A range that has no values, or none on its scale."""


@dataclass(frozen=True)
class Scale:
    """Stretches a range, and back."""

    forth: Callable[[float], float]
    back: Callable[[float], float]


LINEAR = Scale(float, float)
SCALES = {
    "Linear": LINEAR,
    "Logarithmic": Scale(math.log, math.exp),
    "ReverseLogarithmic": Scale(lambda x: -math.log1p(-x), lambda x: -math.expm1(-x)),
}


@dataclass(frozen=True)
class Numbers:
    """The numbers from *low* to *high*; *whole* ones if they are of an integer range."""

    name: str
    low: float
    high: float
    scale: Scale
    whole: bool

    def at(self, point: float) -> str:
        """Return the value at a point between 0 and 1."""
        first, last = self._ends()
        value = self.scale.back(first + point * (last - first))
        bounded = min(max(value, self.low), self.high)
        return str(round(bounded)) if self.whole else repr(bounded)

    def point_of(self, value: str) -> float:
        """Return where a value lies; of one beyond the range, the nearer end."""
        first, last = self._ends()
        number = min(max(float(value), self.low), self.high)
        return (self.scale.forth(number) - first) / (last - first) if last > first else 0.0

    def _ends(self) -> tuple[float, float]:
        # Half a step more at either end, so that the first and the last are as likely as others.
        more = 0.5 if self.whole and self.scale is LINEAR else 0
        return self.scale.forth(self.low - more), self.scale.forth(self.high + more)


@dataclass(frozen=True)
class Categories:
    """Values without an order."""

    name: str
    values: tuple[str, ...]


type Range = Numbers | Categories


def ranges_of(asked: Record) -> list[Range]:
    """Read ParameterRanges; raises RangeError."""
    return [
        *(_numbers(item, whole=True) for item in asked.get("IntegerParameterRanges", [])),
        *(_numbers(item, whole=False) for item in asked.get("ContinuousParameterRanges", [])),
        *(_categories(item) for item in asked.get("CategoricalParameterRanges", [])),
    ]


def _numbers(asked: Record, *, whole: bool) -> Numbers:
    name = asked["Name"]
    try:
        ends = [int(asked[end]) if whole else float(asked[end]) for end in ("MinValue", "MaxValue")]
    except ValueError as error:
        raise RangeError(f"The range of {name} has no numbers for ends: {error}") from error
    low, high = ends
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise RangeError(f"The range of {name} has MinValue {low} and MaxValue {high}")
    kind = asked.get("ScalingType", "Auto")
    for problem in _scale_problems(kind, low, high, whole=whole):
        raise RangeError(f"The range of {name} cannot have ScalingType {kind}: {problem}")
    return Numbers(name, low, high, _scale(kind, low, high), whole)


def _scale_problems(kind: str, low: float, high: float, *, whole: bool) -> Iterator[str]:
    if kind == "Logarithmic" and low <= 0:
        yield "it has values that are not greater than 0"
    if kind == "ReverseLogarithmic" and whole:
        yield "it is for continuous ranges only"
    elif kind == "ReverseLogarithmic" and not (low >= 0 and high < 1):
        yield "it has values that are not in 0 <= x < 1"


def _scale(kind: str, low: float, high: float) -> Scale:
    if kind == "Auto":
        kind = "Logarithmic" if low > 0 and high / low >= LOGARITHMIC_FROM else "Linear"
    return SCALES[kind]


def _categories(asked: Record) -> Categories:
    values = tuple(asked["Values"])
    if len(set(values)) < len(values):
        raise RangeError(f"The range of {asked['Name']} has a value twice")
    return Categories(asked["Name"], values)
