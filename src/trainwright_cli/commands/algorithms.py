"""`trainwright algorithms`: list, show, make and check the algorithms of a checkout."""

from typing import Annotated

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import RefusedError
from trainwright_cli.options import AsJson, Region, with_cloud
from trainwright_cli.output import data, print_json, print_table, say

app = typer.Typer(
    help="List, show, make and check algorithms; go back.",
    no_args_is_help=True,
    add_completion=False,
)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME...]", help="Names or folders; all if left out.")
]


@app.command("list")
@with_cloud
def list_algorithms(
    cloud: Cloud,
    registered: Annotated[
        bool, typer.Option("--registered", help="Ask the stack which versions are in force.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the algorithms of the checkout, and with --registered also those of the stack.

    --json prints a list of {name, title, capabilities, folder, version, registered, problems,
    warnings}.
    """
    from trainwright_cli import algorithms
    from trainwright_cli.registered import registered_versions

    in_force = registered_versions(cloud) if registered else None
    rows = algorithms.rows_of(in_force)
    if as_json:
        print_json(rows)
    elif rows:
        print_table(algorithms.table_of(rows, in_force is not None))
    else:
        say("No algorithms: make one with `trainwright algorithms new NAME`.")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name or folder of an algorithm.")],
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """Show what an algorithm's manifest says. --json prints {version, manifest}."""
    from rich.markup import escape

    from trainwright_cli import algorithms, publishing
    from trainwright_cli.algorithm_facts import facts_of

    found = algorithms.look(publishing.folders([name])[0], region)
    if found.manifest is None:
        raise RefusedError(found.name, found.problems)
    if as_json:
        manifest = found.manifest.model_dump(mode="json", exclude_none=True)
        print_json({"version": found.version, "manifest": manifest})
        return
    out = data()
    title = escape(found.manifest.title)
    out.print(f"[bold]{found.name}[/]  {title}  [dim]{found.version}[/]")
    out.print(found.manifest.description, style="italic", markup=False)
    for label, value in facts_of(found.manifest):
        out.print(f"[cyan]{label:<16}[/] {escape(value)}")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its name: a-z, 0-9 and _, as a folder.")],
    as_json: AsJson = False,
) -> None:
    """Make the folder of a new algorithm, which trains and serves as it is.

    --json prints {name, folder}.
    """
    from trainwright_cli import algorithms
    from trainwright_cli.scaffold import scaffold

    folder = scaffold(algorithms.root(), name)
    if as_json:
        print_json({"name": name, "folder": str(folder)})
        return
    say(f"[green]✓[/] {folder} is ready: change train.py, inference.py and algorithm.yaml, then")
    say(f"  trainwright algorithms validate {name}\n  trainwright publish {name}")


@app.command()
def validate(names: Names = None, region: Region = None, as_json: AsJson = False) -> None:
    """Check algorithms by the rules of registration, offline.

    --json prints a list of {name, folder, version, problems, warnings}. Exits 4 if one has
    problems.
    """
    from rich.markup import escape

    from trainwright_cli import algorithms, publishing

    checked = [algorithms.look(folder, region) for folder in publishing.folders(names or [])]
    if as_json:
        keys = ("name", "folder", "version", "problems", "warnings")
        print_json(
            [{key: algorithms.row_of(found, None)[key] for key in keys} for found in checked]
        )
    for found in checked:
        for warning in found.warnings:
            say(f"[yellow]![/] {found.name}: {escape(warning)}")
        if not found.problems and not as_json:
            say(f"[green]✓[/] {found.name} {found.version}")
    if faulty := [found for found in checked if found.problems]:
        problems = [problem for found in faulty for problem in found.problems]
        raise RefusedError(", ".join(found.name for found in faulty), problems)


@app.command()
@with_cloud
def versions(
    cloud: Cloud,
    name: Annotated[str, typer.Argument(help="Name of an algorithm.")],
    as_json: AsJson = False,
) -> None:
    """List the versions that the stack has of an algorithm, the one registered last first.

    --json prints a list of {version, registered, in_force, problems}.
    """
    from trainwright_cli.versions import kept_versions, table_of

    kept = kept_versions(cloud, name)
    if as_json:
        rows = [each._asdict() for each in kept]
        problems = [[problem.model_dump() for problem in each.problems] for each in kept]
        print_json([{**row, "problems": p} for row, p in zip(rows, problems, strict=True)])
    else:
        print_table(table_of(kept))


@app.command()
@with_cloud
def rollback(
    cloud: Cloud,
    name: Annotated[str, typer.Argument(help="Name of an algorithm.")],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION", help="Or its first digits; the version in force before if left out."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put an earlier version of an algorithm in force again, without an upload.

    Runs that were started keep the version they were started with. --json prints {name, version,
    problems}. Exits 4 if the version was refused.
    """
    from trainwright_cli.versions import choose, go_back

    answer = go_back(cloud, name, choose(cloud, name, to))
    if as_json:
        print_json(answer.model_dump(mode="json"))
    if not answer.accepted:
        raise RefusedError(f"version {answer.version} of {name}", answer.problems)
    if not as_json:
        say(f"[green]✓[/] {name} is at version [bold]{answer.version}[/] again.")
