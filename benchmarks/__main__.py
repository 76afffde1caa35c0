"""The command line: `python -m benchmarks [NAME...] [--json FILE] [--write]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks import calls, imports, jobs, latency, logs, memory, report, serving, sizes
from benchmarks.bench import ROOT, Bench
from benchmarks.machine import Machine
from benchmarks.pipelines import growth, planning, steps
from benchmarks.table import Table

BENCHMARKS: dict[str, Callable[[Bench], Table]] = {
    "imports": imports.measure,
    "sizes": sizes.measure,
    "calls": calls.measure,
    "latency": latency.measure,
    "memory": memory.measure,
    "jobs": jobs.measure,
    "logs": logs.measure,
    "serving": serving.measure,
    "pipeline-planning": planning.measure,
    "pipeline-steps": steps.measure,
    "pipeline-calls": growth.measure,
}
PAGE = ROOT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is named, or everything, and print a table as soon as it is there."""
    given = _parser().parse_args(arguments)
    # Into a file, Rich would fold every name at 80 columns.
    console = Console(width=None if sys.stdout.isatty() else 120)
    machine = Machine.this()
    console.print(str(machine), highlight=False, soft_wrap=True)
    tables = []
    with tempfile.TemporaryDirectory(prefix="trainwright-bench-") as scratch:
        bench = Bench(Path(scratch), Console(stderr=True), given.port)
        for name in given.names or BENCHMARKS:
            tables.append(BENCHMARKS[name](bench))
            report.show(tables[-1], console)
    if given.json:
        report.write_json(given.json, machine, tables)
    if given.write:
        PAGE.write_text(report.page(machine, tables))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    parser.add_argument("--port", type=int, default=0, help="of the local clouds; else a free one")
    return parser


if __name__ == "__main__":
    main()
