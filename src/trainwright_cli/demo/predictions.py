"""Predictions for rows that no training has seen, beside the truth."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.invocations import send

_SHOWN = 8


@dataclass(frozen=True)
class Examination:
    """What the endpoint said of each row, and what would have been right."""

    rows: list[dict[str, str]]
    predicted: list[str]
    target: str

    @property
    def right(self) -> int:
        """How many predictions are right."""
        return sum(a == row[self.target] for a, row in zip(self.predicted, self.rows, strict=True))

    @property
    def accuracy(self) -> float:
        """The share of them."""
        return self.right / len(self.rows)

    def table(self, columns: int = 3) -> Table:
        """Show some rows: the first, and with them the first that is wrong."""
        names = [name for name in self.rows[0] if name != self.target][:columns]
        table = Table(*names, "...", "predicted", "truth", "", box=None, padding=(0, 1))
        for number in self._shown():
            row, answer = self.rows[number], self.predicted[number]
            is_right = answer == row[self.target]
            mark = Text("✓", "green") if is_right else Text("✗", "red")
            table.add_row(*(row[name] for name in names), "", answer, row[self.target], mark)
        return table

    def _shown(self) -> list[int]:
        rows = zip(self.predicted, self.rows, strict=True)
        wrong = [i for i, (answer, row) in enumerate(rows) if answer != row[self.target]]
        first = list(range(min(_SHOWN, len(self.rows))))
        return first if not wrong or wrong[0] in first else [*first[:-1], wrong[0]]


def examine(cloud: Cloud, endpoint: str, path: Path, target: str = "target") -> Examination:
    """Ask *endpoint* about every row of the CSV file *path*, keeping the truth from it."""
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    _, answer = send(cloud, endpoint, _without(rows, target), "text/csv", "application/json")
    predicted = [str(value) for value in json.loads(answer)["predictions"]]
    if len(predicted) != len(rows):
        raise CliError(f"{endpoint} answered {len(predicted)} predictions for {len(rows)} rows")
    return Examination(rows, predicted, target)


def _without(rows: list[dict[str, str]], target: str) -> bytes:
    text = io.StringIO()
    names = [name for name in rows[0] if name != target]
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
