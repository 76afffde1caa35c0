"""`trainwright watch`: show a run until it ends."""

from typing import Annotated

import typer

from trainwright_cli import executions
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def watch(
    cloud: Cloud,
    run: Annotated[str | None, typer.Argument(help="Its id; the newest if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a run live until it ends.

    Exits 0, 3 or 4 as it succeeded, failed or was refused. Interrupting this does not stop the run.
    --json prints {run, status, seconds, error, reason, endpoint, package, metrics, problems}.
    """
    run = run or executions.newest_run(cloud)
    executions.describe(cloud, run)
    show(cloud, run, as_json=as_json)


def show(cloud: Cloud, run: str, *, as_json: bool) -> None:
    """Follow *run*, tell how it ended, and exit accordingly."""
    from trainwright_cli.live.follow import follow

    outcome = follow(cloud, run)
    say(outcome.paragraph(cloud.options))
    if as_json:
        print_json(outcome.as_json())
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)
