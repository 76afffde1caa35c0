"""Where words go: what a program may read to stdout, what a person is told to stderr."""

import io
import json
import sys

from rich.console import Console
from rich.table import Table

_WIDE = 10_000
"""Columns of a table that goes into a pipe, where no screen's edge should cut it."""


def data() -> Console:
    """Give the console for results: stdout."""
    return Console(highlight=False)


def print_table(table: Table) -> None:
    """Print *table* to stdout: as wide as the screen, and in a pipe one whole line for each row."""
    if sys.stdout.isatty():
        data().print(table)
        return
    whole = Console(file=io.StringIO(), width=_WIDE, highlight=False)
    with whole.capture() as captured:
        whole.print(table)
    for line in captured.get().splitlines():
        sys.stdout.write(line.rstrip() + "\n")


def talk() -> Console:
    """Give the console for progress and explanations: stderr."""
    return Console(stderr=True, highlight=False)


def say(line: str) -> None:
    """Tell the user something on one line, with Rich's markup."""
    talk().print(line, soft_wrap=True)


def complain(line: str) -> None:
    """Tell the user what went wrong."""
    console = talk()
    console.print("[bold red]error:[/]", end=" ")
    console.print(line, markup=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Print *value* as JSON to stdout; times as ISO 8601."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=_as_text) + "\n")


def _as_text(value: object) -> str:
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)
