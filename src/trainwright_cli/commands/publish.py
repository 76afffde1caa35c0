"""`trainwright publish`: make algorithms known to the stack."""

from typing import Annotated

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import RefusedError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say, talk

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def publish(
    cloud: Cloud,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Names or folders; all if left out."),
    ] = None,
    accept_licence: Annotated[
        list[str] | None,
        typer.Option(metavar="SPDX", help="Accept a licence that asks for it, by name."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make algorithms known to the stack.

    Packs and uploads them, and waits until the stack has registered them. An algorithm whose
    licence asks to be accepted is left out without --accept-licence.

    --json prints a list of {name, version, problems}. Exits 4 if one was refused.
    """
    from rich.markup import escape

    from trainwright_cli import packages, publishing

    contents = [packages.read(folder) for folder in publishing.folders(names or [])]
    for content in contents:
        for warning in content.warnings:
            say(f"[yellow]![/] {content.name}: {escape(warning)}")
    accepted, left_out = publishing.sort_by_licence(contents, accept_licence or [])
    for content in left_out:
        licence = content.licence_to_accept()
        say(f"[yellow]-[/] {content.name} is left out: accept it with --accept-licence {licence}")
    with talk().status("Publishing ..."):
        sent = [publishing.publish(cloud, content) for content in accepted]
        answers = [publishing.wait_for(cloud, publication) for publication in sent]
    if as_json:
        print_json([answer.model_dump(mode="json") for answer in answers])
    for answer in answers:
        if answer.accepted and not as_json:
            say(f"[green]✓[/] {answer.name} is registered as version [bold]{answer.version}[/].")
    refused = [(answer, problem) for answer in answers for problem in answer.problems]
    if refused:
        names_refused = ", ".join(sorted({answer.name for answer, _ in refused}))
        raise RefusedError(names_refused, [problem for _, problem in refused])
