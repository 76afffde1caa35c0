"""What a benchmark gives: rows of a measured value, its target and the verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median
from typing import Any


class Unit(Enum):
    """What a number counts, and how it is shown."""

    COUNT = "count"
    SECONDS = "s"
    MILLISECONDS = "ms"
    FINE_MILLISECONDS = "ms with hundredths"
    PER_SECOND = "/s"
    KILOBYTES = "kB"
    MEGABYTES = "MB"
    RATIO = "ratio"

    def show(self, value: float) -> str:
        """Write *value*, which is in seconds or bytes where it has a dimension."""
        return _FORMATS[self](value)


_FORMATS: dict[Unit, Callable[[float], str]] = {
    Unit.COUNT: lambda value: f"{value:g}",
    Unit.SECONDS: lambda value: f"{value:.2f} s",
    Unit.MILLISECONDS: lambda value: f"{value * 1e3:.0f} ms",
    Unit.FINE_MILLISECONDS: lambda value: f"{value * 1e3:.2f} ms",
    Unit.PER_SECOND: lambda value: f"{value:.0f} /s",
    Unit.KILOBYTES: lambda value: f"{value / 1e3:.1f} kB",
    Unit.MEGABYTES: lambda value: f"{value / 1e6:.1f} MB",
    Unit.RATIO: lambda value: f"{value:.3f}",
}


@dataclass(frozen=True)
class Row:
    """One quantity: the *values* of several runs, and what their median must not exceed.

    Or what it must be *at_least*.
    """

    name: str
    values: Sequence[float]
    unit: Unit
    target: float | None = None
    at_least: bool = False

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the target is reached; nothing where there is none."""
        if self.target is None:
            return ""
        beyond = self.target - self.value if self.at_least else self.value - self.target
        return "reached" if beyond <= 0 else "missed"

    def cells(self) -> tuple[str, str, str, str, str]:
        """Name, median, range, target, verdict, as texts."""
        low, high = self.unit.show(min(self.values)), self.unit.show(max(self.values))
        spread = f"{low} to {high}" if low != high else ""
        sign = ">=" if self.at_least else "<="
        target = "" if self.target is None else f"{sign} {self.unit.show(self.target)}"
        return self.name, self.unit.show(self.value), spread, target, self.verdict

    def data(self) -> dict[str, Any]:
        """Give the row as JSON, in seconds and bytes."""
        return {
            "name": self.name,
            "unit": self.unit.value,
            "median": self.value,
            "values": list(self.values),
            "target": self.target,
            "verdict": self.verdict or None,
        }


HEADINGS = ("what", "median", "min to max", "target", "verdict")


@dataclass(frozen=True)
class Table:
    """The rows of one benchmark, and what a reader must know about them."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()

    def data(self) -> dict[str, Any]:
        """Give the table as JSON."""
        rows = [row.data() for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": list(self.notes)}
