"""`trainwright publish`: make algorithms known to the stack."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError, RefusedError
from trainwright_cli.options import AsJson, with_cloud
from trainwright_cli.output import print_json, say

if TYPE_CHECKING:
    from trainwright.models.algorithm import Registration
    from trainwright_cli.offers import Offer
    from trainwright_cli.packages import Content

app = typer.Typer(add_completion=False)


@app.command()
@with_cloud
def publish(
    cloud: Cloud,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Names or folders; all if left out."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Send also what is registered already.")
    ] = False,
    accept_licence: Annotated[
        list[str] | None,
        typer.Option(metavar="SPDX", help="Accept a licence that asks for it, by name."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make algorithms known to the stack.

    Shows what is different from what is registered, sends only that, and waits until the stack
    has registered it. An algorithm whose licence asks to be accepted is left out without
    --accept-licence.

    --json prints a list of {name, version, registered, status, changes, problems}; status is
    unchanged, new (with --dry-run), registered or refused. Exits 4 if one was refused.
    """
    from trainwright_cli import offers, sending

    found = offers.offers(cloud, _contents(names or [], accept_licence or []))
    wanted = [offer for offer in found if offer.is_new or again]
    if not as_json:
        _show(found)
    if dry_run:
        answers = []
    else:
        answers = sending.send_all(cloud, wanted, (lambda _: "") if as_json else _line)
    if as_json:
        print_json(_rows(found, wanted, answers))
    refused = [(answer, problem) for answer in answers for problem in answer.problems]
    if refused:
        names_refused = ", ".join(sorted({answer.name for answer, _ in refused}))
        raise RefusedError(names_refused, [problem for _, problem in refused])


def _contents(names: list[str], licences: list[str]) -> "list[Content]":
    """Read what is to be published; a licence that was not accepted is told, or refused by name."""
    from rich.markup import escape

    from trainwright_cli import packages, publishing

    contents = [packages.read(folder) for folder in publishing.folders(names)]
    for content in contents:
        for warning in content.warnings:
            say(f"[yellow]![/] {content.name}: {escape(warning)}")
    accepted, left_out = publishing.sort_by_licence(contents, licences)
    lines = [
        f"{content.name} is left out: accept it with --accept-licence {content.licence_to_accept()}"
        for content in left_out
    ]
    if names and lines:
        raise CliError("; ".join(lines))
    for line in lines:
        say(f"[yellow]-[/] {line}")
    return accepted


def _show(found: "Sequence[Offer]") -> None:
    from rich.markup import escape

    for offer in found:
        for line in offer.lines():
            say(escape(line))


def _line(answer: "Registration") -> str:
    if answer.accepted:
        return f"[green]✓[/] {answer.name} is registered as version [bold]{answer.version}[/]."
    return f"[red]✗[/] {answer.name} was refused."


def _rows(
    found: "Sequence[Offer]", wanted: "Sequence[Offer]", answers: "Sequence[Registration]"
) -> list[dict[str, Any]]:
    rows = {o.name: o.as_json("new" if o.is_new else "unchanged") for o in found}
    for offer, answer in zip(wanted, answers, strict=False):
        status = "registered" if answer.accepted else "refused"
        rows[offer.name] |= {"status": status, **answer.model_dump(mode="json")}
    return list(rows.values())
