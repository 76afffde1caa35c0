"""The runs among `trainwright pipelines`: start, show, stop, go on, approve, explain."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, print_table, say

app = typer.Typer(add_completion=False)

Root = Annotated[Path, typer.Option(help="Where the paths in the files start from.")]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-p", metavar="NAME=VALUE", help="A parameter; several times if need be."
    ),
]
Run = Annotated[str | None, typer.Argument(help="Id of a run; the newest if left out.")]


@app.command()
@with_cloud
def run(
    cloud: Cloud,
    pipeline: Annotated[str, typer.Argument(help="Its name, or a path to publish and run.")],
    values: Parameters = None,
    root: Root = Path(),
    watch: Annotated[bool, typer.Option(help="Show the run until it ends.")] = True,
    as_json: AsJson = False,
) -> None:
    """Start a run and show it; a path is published first.

    --json prints {run, status, error, reason, steps}. Exits 0, 3 or 4 as the run ended.
    """
    from trainwright_cli.pipelines import loading, publishing
    from trainwright_cli.pipelines.stack import PipelineStack

    stack = PipelineStack.of(cloud)
    name, given = pipeline, loading.parameters(values)
    if Path(pipeline).exists():
        account = stack.account(cloud)
        loaded = loading.load([Path(pipeline)], root, account, given)
        publishing.publish(cloud, stack, loading.bundle(loaded, account))
        name = loaded.definition.name
    elif "/" in pipeline or pipeline.endswith((".yaml", ".yml")):
        raise CliError(f"there is no file or folder {pipeline}")
    ref = publishing.start(cloud, stack, name, given)
    _show(cloud, ref.run, watch=watch, as_json=as_json, attempt=1)


@app.command("watch")
@with_cloud
def watch_run(cloud: Cloud, run: Run = None, as_json: AsJson = False) -> None:
    """Show a run live until it ends. Interrupting this does not stop the run.

    --json prints {run, status, error, reason, steps}. Exits 0, 3 or 4 as the run ended.
    """
    from trainwright_cli.pipelines.records import newest_run
    from trainwright_cli.pipelines.stack import PipelineStack

    _show(cloud, run or newest_run(cloud, PipelineStack.of(cloud)), watch=True, as_json=as_json)


@app.command()
@with_cloud
def runs(cloud: Cloud, as_json: AsJson = False) -> None:
    """List the newest runs. --json prints a list of {run, status, started, ended}."""
    from rich.table import Table

    from trainwright_cli.pipelines.records import latest_executions
    from trainwright_cli.pipelines.stack import PipelineStack

    rows = [
        {
            "run": found["name"],
            "status": found["status"].capitalize(),
            "started": found["startDate"],
            "ended": found.get("stopDate"),
        }
        for found in latest_executions(cloud, PipelineStack.of(cloud))
    ]
    if as_json:
        print_json(rows)
        return
    table = Table("run", "status", "started", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(row["run"], row["status"], f"{row['started']:%Y-%m-%d %H:%M:%S}")
    print_table(table)


@app.command()
@with_cloud
def resume(
    cloud: Cloud,
    run: Run = None,
    watch: Annotated[bool, typer.Option(help="Show the run until it ends.")] = True,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that failed or was stopped: what was done stays done.

    --json prints {run, status, error, reason, steps}. Exits 0, 3 or 4 as the run ended.
    """
    from trainwright_cli.pipelines import publishing
    from trainwright_cli.pipelines.records import newest_run
    from trainwright_cli.pipelines.stack import PipelineStack

    stack = PipelineStack.of(cloud)
    run = run or newest_run(cloud, stack)
    attempt = publishing.resume(cloud, stack, run)
    _show(cloud, run, watch=watch, as_json=as_json, attempt=attempt)


@app.command()
@with_cloud
def stop(
    cloud: Cloud,
    run: Annotated[str, typer.Argument(help="Id of a run.")],
    reason: Annotated[str, typer.Option(help="Why; goes into the record.")] = "stopped by hand",
) -> None:
    """Stop a run, and the jobs that it pays for."""
    from trainwright_cli.pipelines import publishing
    from trainwright_cli.pipelines.stack import PipelineStack

    publishing.stop(cloud, PipelineStack.of(cloud), run, reason)
    say(f"[green]✓[/] {run} is being stopped.")


@app.command()
@with_cloud
def approve(
    cloud: Cloud,
    run: Annotated[str, typer.Argument(help="Id of a run.")],
    step: Annotated[str, typer.Argument(help="Its Approve step.")],
    deny: Annotated[bool, typer.Option("--deny", help="Say no: the step fails.")] = False,
    comment: Annotated[str, typer.Option(help="Goes into the record.")] = "",
) -> None:
    """Answer an Approve step that waits."""
    import getpass

    from trainwright_cli.pipelines import publishing
    from trainwright_cli.pipelines.records import find_run
    from trainwright_cli.pipelines.stack import PipelineStack

    stack = PipelineStack.of(cloud)
    steps = {record.step: record for record in find_run(cloud, stack, run).steps}
    if step not in steps or steps[step].plan.action != "approval":
        waiting = [name for name, record in steps.items() if record.plan.action == "approval"]
        raise CliError(
            f"'{step}' is no Approve step of {run}; it has {', '.join(waiting) or 'none'}"
        )
    answer = {"run": run, "step": step, "approved": not deny, "comment": comment}
    publishing.answer(cloud, stack, answer | {"by": getpass.getuser()})
    say(f"[green]✓[/] {step} of {run} was {'denied' if deny else 'approved'}.")


@app.command()
@with_cloud
def report(
    cloud: Cloud,
    run: Run = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; <run>.html if left out.")
    ] = None,
) -> None:
    """Fetch the page of a run that has ended: graph, times, metrics, artefacts, logs, lineage."""
    from trainwright_cli.pipelines.publishing import fetch_report
    from trainwright_cli.pipelines.records import find_run, newest_run
    from trainwright_cli.pipelines.stack import PipelineStack

    stack = PipelineStack.of(cloud)
    run = run or newest_run(cloud, stack)
    output = output or Path(f"{run}.html")
    output.write_bytes(fetch_report(cloud, stack, find_run(cloud, stack, run).run.ref))
    say(f"[green]✓[/] {output}")


@app.command("explain-cache")
@with_cloud
def explain_cache(
    cloud: Cloud,
    run: Annotated[str, typer.Argument(help="Id of a run.")],
    step: Annotated[str | None, typer.Argument(help="A step; all if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say why steps of a run were served by the cache, or what had changed since their last run.

    --json prints {step: [line, ...]}.
    """
    from trainwright_cli.pipelines.caches import explain
    from trainwright_cli.pipelines.records import find_run
    from trainwright_cli.pipelines.stack import PipelineStack

    lines = explain(find_run(cloud, PipelineStack.of(cloud), run), step)
    if as_json:
        print_json(lines)
        return
    for name, said in lines.items():
        say(f"[bold]{name}[/]")
        for line in said:
            say(f"  {escape(line)}")


def _show(
    cloud: Cloud, run: str, *, watch: bool, as_json: bool, attempt: int | None = None
) -> None:
    """Follow a run to its end, or only name it."""
    import sys

    from trainwright_cli.pipelines.showing import step_json
    from trainwright_cli.pipelines.stack import PipelineStack
    from trainwright_cli.pipelines.watching import follow

    if not watch:
        if as_json:
            print_json({"run": run})
        else:
            sys.stdout.write(f"{run}\n")
        return
    ended = follow(cloud, PipelineStack.of(cloud), run, attempt)
    if as_json:
        steps = [step_json(step) for step in ended.records.steps] if ended.records else []
        told = {"run": run, "status": ended.status, "error": ended.error, "reason": ended.reason}
        print_json(told | {"steps": steps})
    elif ended.status == "Succeeded":
        say(f"[green]✓[/] {run} succeeded.")
    else:
        say(f"[red]✗[/] {run}: {ended.status.lower()}. {escape(ended.reason)}")
    if ended.exit_code:
        raise typer.Exit(ended.exit_code)
