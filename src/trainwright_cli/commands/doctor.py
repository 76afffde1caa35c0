"""`trainwright doctor`: what this machine lacks."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from trainwright_cli.errors import ExitCode
from trainwright_cli.options import AsJson
from trainwright_cli.output import data, print_json
from trainwright_cli.state_folder import state_folder
from trainwright_local.cloud import doctor as machine
from trainwright_local.cloud.checks import Check
from trainwright_local.cloud.lifecycle import DEFAULT_PORT

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    port: Annotated[int, typer.Option(help="Port the local cloud shall have.")] = DEFAULT_PORT,
    state: Annotated[
        Path | None, typer.Option(help="State folder, else $TRAINWRIGHT_STATE or .trainwright.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check what the local cloud needs of this machine.

    Exits 1 if something necessary lacks. --json prints a list of {name, ok, detail, remedy,
    necessary}.
    """
    checks = machine.checks((state or state_folder()).absolute(), port)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            data().print(line_of(check), soft_wrap=True)
    if any(check.necessary and not check.ok for check in checks):
        raise typer.Exit(ExitCode.ERROR)


def line_of(check: Check) -> Text:
    """Write *check* on one line, with what to do if it failed."""
    wrong = ("✗", "bold red") if check.necessary else ("-", "yellow")
    symbol = ("✓", "green") if check.ok else wrong
    remedy = f": {check.remedy}" if not check.ok and check.remedy else ""
    return Text.assemble(symbol, f" {check.name:<26}", (check.detail + remedy, "dim"))
