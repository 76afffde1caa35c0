"""`trainwright up`: start the local cloud."""

from pathlib import Path
from typing import Annotated

import typer

from trainwright_cli.exports import print_exports
from trainwright_cli.options import AsJson
from trainwright_cli.output import print_json, say
from trainwright_cli.state_folder import state_folder
from trainwright_local.cloud import doctor, lifecycle
from trainwright_local.cloud.record import CloudInfo
from trainwright_local.sagemaker.config import parsed_setting, settings

SETTINGS = f"Of the local SageMaker, as often as you like: {', '.join(settings())}."

app = typer.Typer(add_completion=False)


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = lifecycle.DEFAULT_PORT,
    region: Annotated[str, typer.Option(help="Region it plays.")] = lifecycle.DEFAULT_REGION,
    state: Annotated[
        Path | None, typer.Option(help="State folder, else $TRAINWRIGHT_STATE or .trainwright.")
    ] = None,
    only_cloud: Annotated[
        bool, typer.Option("--only-cloud", help="For other AWS clients; no need of the SAM CLI.")
    ] = False,
    export: Annotated[
        bool, typer.Option("--export", help="Print the variables for other tools, for `eval`.")
    ] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=SETTINGS)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start the local cloud and say where it answers.

    One that is up stays as it is. --json prints {endpoint_url, region, pid}.
    """
    folder = (state or state_folder()).absolute()
    cloud = lifecycle.up(folder, port, region, sam=not only_cloud, settings=_parsed(setting or []))
    if as_json:
        print_json({"endpoint_url": cloud.endpoint_url, "region": cloud.region, "pid": cloud.pid})
    elif export:
        print_exports(cloud)
    else:
        _tell(cloud, folder, only_cloud=only_cloud)


def _parsed(settings: list[str]) -> dict[str, float]:
    try:
        return dict(map(parsed_setting, settings))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--set") from error


def _tell(cloud: CloudInfo, folder: Path, *, only_cloud: bool) -> None:
    index = doctor.package_index()
    if not index.ok:
        say(f"[yellow]warning:[/] package index: {index.detail}: {index.remedy}")
    say(f"The local cloud is up at [bold]{cloud.endpoint_url}[/], its state is in {folder}.")
    if only_cloud:
        say("Let any AWS client of a shell use it, boto3, the AWS CLI or the SageMaker SDK, by")
        say('  [bold]eval "$(trainwright up --only-cloud --export)"[/]')
    else:
        say("[dim]`trainwright status --export` gives what the AWS and SAM CLIs need to use it.[/]")
