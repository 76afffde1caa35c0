"""`trainwright status`: whether the local cloud is up, and where."""

from pathlib import Path
from typing import Annotated

import typer

from trainwright_cli.errors import ExitCode
from trainwright_cli.exports import print_exports
from trainwright_cli.options import AsJson
from trainwright_cli.output import data, print_json, say
from trainwright_cli.state_folder import state_folder
from trainwright_local.cloud import lifecycle
from trainwright_local.cloud.record import CloudInfo

app = typer.Typer(add_completion=False)


@app.command()
def status(
    state: Annotated[
        Path | None, typer.Option(help="State folder, else $TRAINWRIGHT_STATE or .trainwright.")
    ] = None,
    export: Annotated[
        bool, typer.Option("--export", help="Print the variables for other tools, for `eval`.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether the local cloud is up, and where.

    Exits 1 if it is not up. --json prints {up, state, endpoint_url, region, account, pid, started,
    log_file}, or only the first two.
    """
    folder = (state or state_folder()).absolute()
    cloud = lifecycle.status(folder)
    if as_json:
        print_json({"up": cloud is not None, "state": str(folder), **_facts(cloud)})
    elif cloud is None:
        say("The local cloud is not up: start it with `trainwright up`.")
    elif export:
        print_exports(cloud)
    else:
        _print(folder, cloud)
    if cloud is None:
        raise typer.Exit(ExitCode.ERROR)


def _facts(cloud: CloudInfo | None) -> dict[str, str | int]:
    names = ("endpoint_url", "region", "account", "pid", "started", "log_file")
    return {name: getattr(cloud, name) for name in names} if cloud else {}


def _print(folder: Path, cloud: CloudInfo) -> None:
    facts = {"state": str(folder), **_facts(cloud)}
    for name, value in facts.items():
        data().print(f"[dim]{name.replace('_', ' '):<13}[/]{value}", soft_wrap=True)
