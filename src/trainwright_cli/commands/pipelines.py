"""`trainwright pipelines`: pipelines written as conf.yaml, from the file to the page of a run."""

from pathlib import Path
from typing import Annotated

import typer

from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.commands.pipeline_runs import Parameters, Root
from trainwright_cli.commands.pipeline_runs import app as runs_of_pipelines
from trainwright_cli.errors import CliError, RefusedError
from trainwright_cli.options import AsJson, Region, StackName, with_cloud
from trainwright_cli.output import print_json, print_table, say
from trainwright_local.cloud.lifecycle import DEFAULT_REGION

app = typer.Typer(
    help="Check, plan, draw, publish and run pipelines.",
    no_args_is_help=True,
    add_completion=False,
)

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH...]", help="Files, or folders with a conf.yaml; . if left out."),
]


@app.command()
def validate(
    paths: Paths = None,
    root: Root = Path(),
    region: Region = None,
    stack_name: StackName = Target.stack_name,
    as_json: AsJson = False,
) -> None:
    """Check files offline: everything that is wrong, at its line.

    --json prints a list of {file, line, column, key, message}. Exits 4 if there is any.
    """
    from trainwright_cli.offline import placeholder_account
    from trainwright_cli.pipelines.loading import findings_of

    account = placeholder_account(stack_name, region or DEFAULT_REGION)
    findings = findings_of(paths or [], root, account)
    if as_json:
        print_json([finding.model_dump() for finding in findings])
    if findings:
        raise RefusedError("the pipeline", findings)
    if not as_json:
        say("[green]✓[/] nothing is wrong.")


@app.command()
@with_cloud
def plan(
    cloud: Cloud,
    context: typer.Context,
    paths: Paths = None,
    values: Parameters = None,
    root: Root = Path(),
    as_json: AsJson = False,
) -> None:
    """Show every request a run would send, what it may cost, and what the cache would serve.

    Needs no cloud; looks into the cache of the stack on the local cloud if it is up, or of the one
    that --stack-name names.

    --json prints the whole plan, with estimate and cache. Exits 4 if a run would be refused.
    """
    from trainwright.logic.pipelines.running.begin_run import above_cap
    from trainwright_cli.offline import placeholder_account
    from trainwright_cli.pipelines import loading, plan_pages
    from trainwright_cli.pipelines.predictions import predict_with, reachable_stack

    sources = map(context.get_parameter_source, ("stack_name", "profile", "endpoint_url"))
    named = any(source is not None and source.name == "COMMANDLINE" for source in sources)
    stack, why_not = reachable_stack(cloud, named=named)
    offline = placeholder_account(cloud.stack_name, cloud.region or DEFAULT_REGION)
    account = stack.account(cloud) if stack else offline
    loaded = loading.load(paths or [], root, account, loading.parameters(values))
    bundled = loading.bundle(loaded, account)
    planned = loading.plan(loaded, bundled, account)
    found = predict_with(cloud, stack, account, planned, bundled) if stack else {}
    if as_json:
        print_json(plan_pages.plan_json(planned, found))
    else:
        print_table(plan_pages.plan_table(planned, found))
        say(plan_pages.plan_summary(planned, found))
    for note in () if as_json else (*why_not, *plan_pages.cache_notes(planned, found)):
        say(note)
    if problems := tuple(above_cap(planned)):
        raise RefusedError("the run", problems)


@app.command()
@with_cloud
def graph(
    cloud: Cloud,
    paths: Paths = None,
    run: Annotated[
        str | None, typer.Option(help="Id of a run: its own graph, in the colours of its states.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a .svg or a .mmd file.")
    ] = None,
    values: Parameters = None,
    root: Root = Path(),
) -> None:
    """Draw the graph: as Mermaid to stdout, or to a file as SVG or Mermaid.

    Needs no cloud, but for a run.
    """
    import sys

    from trainwright.logic.pipelines.pictures.graph import mermaid, svg
    from trainwright_cli.offline import placeholder_account
    from trainwright_cli.pipelines import loading
    from trainwright_cli.pipelines.records import find_run
    from trainwright_cli.pipelines.stack import PipelineStack

    if run is None:
        account = placeholder_account(cloud.stack_name, cloud.region or DEFAULT_REGION)
        loaded = loading.load(paths or [], root, account, loading.parameters(values))
        steps = loading.plan(loaded, loading.bundle(loaded, account), account).steps
        statuses = {}
    else:
        if paths or values:
            raise CliError("a run has its own files and parameters: leave out yours")
        records = find_run(cloud, PipelineStack.of(cloud), run).steps
        steps = tuple(record.plan for record in records)
        statuses = {record.step: record.status for record in records}
    draw = svg if output and output.suffix == ".svg" else mermaid
    if output is None:
        sys.stdout.write(draw(steps, statuses))
        return
    output.write_text(draw(steps, statuses), encoding="utf-8")
    say(f"[green]✓[/] {output}")


@app.command()
@with_cloud
def publish(
    cloud: Cloud, paths: Paths = None, root: Root = Path(), as_json: AsJson = False
) -> None:
    """Upload a pipeline with the code and the data that it names; starts nothing.

    --json prints {pipeline, bucket, uploaded}.
    """
    from trainwright_cli.pipelines import loading, publishing
    from trainwright_cli.pipelines.stack import PipelineStack

    stack = PipelineStack.of(cloud)
    account = stack.account(cloud)
    loaded = loading.load(paths or [], root, account, None)
    sent = publishing.publish(cloud, stack, loading.bundle(loaded, account))
    name = loaded.definition.name
    if as_json:
        print_json({"pipeline": name, "bucket": stack.bucket, "uploaded": sent})
        return
    say(f"[green]✓[/] {name} is published ({len(loaded.definition.steps)} steps).")
    say(f"  trainwright pipelines run {name}{cloud.options}")


@app.command()
@with_cloud
def unpublish(
    cloud: Cloud,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Names of pipelines.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every pipeline of the stack.")] = False,
) -> None:
    """Take away pipelines, and what starts them by itself; their runs stay, and may end.

    Do it before you delete the stack: its rules on the default event bus would stay behind.
    """
    from trainwright_cli.pipelines import publishing
    from trainwright_cli.pipelines.stack import PipelineStack

    stack = PipelineStack.of(cloud)
    if bool(names) is every:
        raise CliError("name pipelines, or say --all")
    for name in names or publishing.published(cloud, stack):
        started_by = publishing.unpublish(cloud, stack, name)
        also = f", with {', '.join(started_by)}" if started_by else ""
        say(f"[green]✓[/] {name} is not published any more{also}.")


app.registered_commands.extend(runs_of_pipelines.registered_commands)
