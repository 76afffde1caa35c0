"""The tables for the terminal, as JSON, and as the page docs/benchmarks.md."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.machine import Machine
from benchmarks.table import HEADINGS, Table

_COLOURS = {"reached": "green", "missed": "red", "": ""}
_PAGE = """\
# Benchmarks

Written by `make bench ARGS=--write`; measure your own machine with `make bench`. Every value is the
median of several runs, with the least and the greatest beside it; sizes and counts are the same in
each. These are no tests: on a busy machine memory varies, and times by a factor of two and more.

Measured on: {machine}.
"""


def show(table: Table, console: Console) -> None:
    """Print *table*."""
    drawn = RichTable(title=table.title, title_justify="left", title_style="bold")
    for heading in HEADINGS:
        drawn.add_column(heading, justify="left" if heading in {"what", "verdict"} else "right")
    for row in table.rows:
        *cells, verdict = row.cells()
        drawn.add_row(*cells, verdict, style=_COLOURS[verdict])
    console.print(drawn)
    for note in table.notes:
        console.print(note, style="dim", highlight=False)
    console.print()


def write_json(path: Path, machine: Machine, tables: Sequence[Table]) -> None:
    """Write all numbers of all runs to *path*."""
    content = {"machine": machine.data(), "tables": [table.data() for table in tables]}
    path.write_text(json.dumps(content, indent=2) + "\n")


def page(machine: Machine, tables: Sequence[Table]) -> str:
    """Give the tables as a page of Markdown."""
    return "\n".join([_PAGE.format(machine=machine), *map(_section, tables)])


def _section(table: Table) -> str:
    lines = [HEADINGS, ("---", "---:", "---:", "---:", "---"), *(row.cells() for row in table.rows)]
    drawn = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    notes = "".join(f"\n{note}\n" for note in table.notes)
    return f"## {table.title}\n\n{drawn}\n{notes}"
