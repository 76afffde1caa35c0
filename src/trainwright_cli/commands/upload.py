"""`trainwright upload`: start a run with a data set."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from trainwright_cli import executions, uploads
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.commands.watch import show
from trainwright_cli.errors import CliError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say, talk
from trainwright_cli.run_settings import RunYaml, Set, settings_text
from trainwright_cli.uploads import DataSet, Marker

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
    """Upload a data set, which starts a run, and print the run's id.

    What an earlier upload for the same model left in the bucket is replaced. --json prints
    {run, bucket, key, version}, or with --watch the outcome as `watch --json` does.
    """
    run, marker = start(cloud, algorithm, model, folder, run_yaml=run_yaml, values=values)
    if watch:
        show(cloud, run, as_json=as_json)
    elif as_json:
        place = {"bucket": cloud.stack.bucket, "key": marker.key, "version": marker.version}
        print_json({"run": run, **place})
    else:
        typer.echo(run)


def start(
    cloud: Cloud,
    algorithm: str,
    model: str,
    folder: Path,
    *,
    run_yaml: Path | None = None,
    values: list[str] | None = None,
) -> tuple[str, Marker]:
    """Upload *folder* and give the run that this has started."""
    if "/" in algorithm or "/" in model:
        raise CliError("neither an algorithm's nor a model's name contains '/'")
    data_set = uploads.read_data_set(folder)
    settings = settings_text(run_yaml, values, folder)
    prefix = uploads.prefix_of(algorithm, model)
    marker = _send(cloud, data_set, prefix, settings)
    count = len(data_set.files)
    files = "1 file" if count == 1 else f"{count} files"
    channels = ", ".join(data_set.channels)
    say(f"Uploaded {files} to {prefix} (channels: {channels}); waiting for the run to start.")
    return executions.run_of_upload(cloud, marker.key, marker.version), marker


def _send(cloud: Cloud, data_set: DataSet, prefix: str, settings: str | None) -> Marker:
    columns = (TextColumn("Uploading"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = talk()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=data_set.bytes)
        return uploads.upload(
            cloud, data_set, prefix, settings, on_bytes=lambda count: bar.advance(task, count)
        )
