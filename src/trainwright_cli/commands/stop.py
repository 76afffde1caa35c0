"""`trainwright stop`: stop a run, and with it the job it pays for."""

from typing import Annotated

import typer

from trainwright.errors import RunStoppedError
from trainwright_cli import executions
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def stop(
    cloud: Cloud, run: Annotated[str, typer.Argument(help="Its id.")], as_json: AsJson = False
) -> None:
    """Stop a run and the training job it pays for.

    --json prints {run, state, job}.
    """
    from trainwright_cli.live.source import ExecutionSource
    from trainwright_cli.live.view import TRAIN

    found = executions.describe(cloud, run)
    if found["status"] != "RUNNING":
        raise CliError(f"{run} does not run any more: it has ended as {found['status']}")
    arn = found["executionArn"]
    steps = ExecutionSource(cloud, arn).look().steps
    state = steps[-1].name if steps else "its start"
    cloud.stepfunctions.stop_execution(
        executionArn=arn, error=RunStoppedError.__name__, cause="Stopped by `trainwright stop`."
    )
    job = f"{cloud.stack_name}-{run}" if state == TRAIN else ""
    if as_json:
        print_json({"run": run, "state": state, "job": job})
    else:
        too = f" The stack stops its training job {job} too." if job else ""
        say(f"Stopped {run} at [bold]{state}[/].{too}")
