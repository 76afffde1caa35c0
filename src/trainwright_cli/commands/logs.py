"""`trainwright logs`: what a training job or an endpoint has written."""

import time
from collections.abc import Callable
from typing import Annotated

import typer

from trainwright_cli import endpoints, executions
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.log_tail import ENDPOINTS, TRAINING_JOBS, LogLine, LogTail
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say

app = typer.Typer(add_completion=False)

_LOCAL_SECONDS, _AWS_SECONDS = 0.3, 2.0


@app.command()
@with_cloud
def logs(
    cloud: Cloud,
    run: Annotated[str | None, typer.Argument(help="Its id; the newest if left out.")] = None,
    endpoint: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Of this model's endpoint instead.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the log of a training job or an endpoint.

    --json prints a list of {time, stream, message}; it does not go with --follow.
    """
    if as_json and follow:
        raise typer.BadParameter("--json gives a whole list: leave --follow out")
    if run and endpoint:
        raise typer.BadParameter("name either a run or --endpoint")
    tail, is_over = _of_endpoint(cloud, endpoint) if endpoint else _of_run(cloud, run)
    lines = tail.new_lines()
    if as_json:
        print_json([{"time": x.time, "stream": x.stream, "message": x.message} for x in lines])
        return
    if not lines and not follow:
        say("Nothing has been logged yet.")
    _print(lines)
    while follow:
        # Asked before the lines are read, or the last ones might be missed.
        follow = not is_over()
        _print(tail.new_lines())
        if follow:
            time.sleep(_LOCAL_SECONDS if cloud.is_local else _AWS_SECONDS)


def _of_run(cloud: Cloud, run: str | None) -> tuple[LogTail, Callable[[], bool]]:
    run = run or executions.newest_run(cloud)
    executions.describe(cloud, run)
    job = f"{cloud.stack_name}-{run}"

    def is_over() -> bool:
        return bool(executions.describe(cloud, run)["status"] != "RUNNING")

    return LogTail(cloud, TRAINING_JOBS, f"{job}/"), is_over


def _of_endpoint(cloud: Cloud, model: str) -> tuple[LogTail, Callable[[], bool]]:
    from trainwright.logic.naming import endpoint_name

    name = endpoint_name(cloud.stack_name, model)
    if endpoints.find(cloud, name) is None:
        raise CliError(f"no endpoint of model '{model}': see `trainwright endpoints`")
    return LogTail(cloud, f"{ENDPOINTS}/{name}"), lambda: False


def _print(lines: list[LogLine]) -> None:
    for line in lines:
        typer.echo(line.message)
