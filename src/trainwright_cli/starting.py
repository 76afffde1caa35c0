"""Starting a run: upload a data set, and wait for the run that this starts."""

from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from trainwright.logic.planning.location import SETTINGS
from trainwright_cli import executions, uploads
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.output import say, talk
from trainwright_cli.run_settings import settings_text
from trainwright_cli.uploads import DataSet, Marker


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
    say(f"Uploaded {_described(data_set)} to {prefix}; waiting for the run to start.")
    return executions.run_of_upload(cloud, marker.key, marker.version), marker


def _described(data_set: DataSet) -> str:
    count = len(data_set.files)
    if not count:
        return f"{SETTINGS} alone"
    files = "1 file" if count == 1 else f"{count} files"
    return f"{files} (channels: {', '.join(data_set.channels)})"


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
