"""`trainwright runs`: the last runs and what became of them."""

from typing import Annotated

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, print_table, say

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def runs(
    cloud: Cloud,
    model: Annotated[str | None, typer.Option(help="Only those of this model.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the last runs and what became of them.

    The newest come first. --json prints a list of {run, model, algorithm, status, started, seconds,
    metrics, gate, error, reason}.
    """
    from trainwright_cli.run_listing import row_of, table_of
    from trainwright_cli.run_records import newest_records

    rows = [row_of(record) for record in newest_records(cloud, limit, model)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(table_of(rows))
    else:
        say("No runs yet: start one with `trainwright upload`.")
