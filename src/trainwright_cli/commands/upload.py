"""`trainwright upload`: start a run with a data set."""

from pathlib import Path
from typing import Annotated

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.commands.watch import show
from trainwright_cli.options import AsJson, RunYaml, Set, with_cloud
from trainwright_cli.output import print_json

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def upload(  # noqa: PLR0913, PLR0917 - one parameter for each word of the command line
    cloud: Cloud,
    algorithm: Annotated[str, typer.Argument(help="Name of a published algorithm.")],
    model: Annotated[str, typer.Argument(help="Name of the model to train.")],
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The data: a folder for each channel.")
    ],
    run_yaml: RunYaml = None,
    values: Set = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show the run until it ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start a run by uploading data; print its id.

    What an earlier upload for the same model left in the bucket is replaced. --json prints
    {run, bucket, key, version}, or with --watch the outcome as `watch --json` does.
    """
    from trainwright_cli.starting import start

    run, marker = start(cloud, algorithm, model, folder, run_yaml=run_yaml, values=values)
    if watch:
        show(cloud, run, as_json=as_json)
    elif as_json:
        place = {"bucket": cloud.stack.bucket, "key": marker.key, "version": marker.version}
        print_json({"run": run, **place})
    else:
        typer.echo(run)
