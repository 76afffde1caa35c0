"""`trainwright endpoints`: what is being served."""

from dataclasses import asdict

import typer
from rich.table import Table
from rich.text import Text

from trainwright_cli import endpoints as all_endpoints
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.endpoints import Endpoint
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, print_table, say

app = typer.Typer(add_completion=False)

_STYLES = {"InService": "green", "Failed": "red"}


@app.command()
@with_cloud
def endpoints(cloud: Cloud, as_json: AsJson = False) -> None:
    """List the endpoints of the stack.

    --json prints a list of {endpoint, status, model, run, algorithm, instance, config, created,
    reason}.
    """
    found = all_endpoints.of_stack(cloud)
    if as_json:
        print_json([asdict(endpoint) for endpoint in found])
    elif found:
        print_table(_table(found))
    else:
        say("No endpoint: `trainwright upload` makes one.")


def _table(found: list[Endpoint]) -> Table:
    table = Table("model", "status", "run", "instance", "config", "created", box=None)
    for endpoint in found:
        table.add_row(
            endpoint.model,
            Text(endpoint.status, style=_STYLES.get(endpoint.status, "cyan")),
            endpoint.run,
            endpoint.instance,
            endpoint.config,
            f"{endpoint.created.astimezone():%Y-%m-%d %H:%M}",
        )
    return table
