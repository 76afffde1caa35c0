"""The demo's narrative: chapters, facts, and what has gone wrong."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.rule import Rule
from rich.text import Text

from trainwright_cli.live.times import duration
from trainwright_cli.output import talk


class Story:
    """Tells the demo on the terminal."""

    def __init__(self) -> None:
        self.console = talk()
        self._chapters = 0
        self._start = time.monotonic()

    def chapter(self, title: str) -> None:
        """Begin the next part."""
        self._chapters += 1
        self.console.print()
        heading = Text.assemble((f"{self._chapters} ", "bold cyan"), (title, "bold"))
        self.console.print(Rule(heading, align="left", style="dim"))

    def fact(self, line: str) -> None:
        """Tell something that has been looked at and is true; Rich's markup."""
        self.console.print(f"[green]✓[/] {line}", soft_wrap=True)

    def aside(self, line: str) -> None:
        """Explain."""
        self.console.print(f"[dim]{line}[/]", soft_wrap=True)

    @contextmanager
    def work(self, what: str) -> Iterator[None]:
        """Show that *what* is being done, and then how long it took."""
        start = time.monotonic()
        with self.console.status(f"{what} ..."):
            yield
        self.fact(f"{what} [dim]{duration(time.monotonic() - start)}[/]")

    @property
    def elapsed(self) -> str:
        """How long the demo has taken so far."""
        return duration(time.monotonic() - self._start)
