"""`trainwright algorithms`: list, show, make and check the algorithms of a checkout."""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.markup import escape
from rich.table import Table

from trainwright.errors import InvalidRequestError
from trainwright.logic.package_check import check_package
from trainwright.logic.packaging import read_folder, version_of
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Problem
from trainwright_cli import publishing
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import RefusedError
from trainwright_cli.options import AsJson, Region, with_cloud
from trainwright_cli.output import data, print_json, say
from trainwright_cli.scaffold import scaffold
from trainwright_cli.state_folder import checkout
from trainwright_local.cloud.lifecycle import DEFAULT_REGION

app = typer.Typer(
    help="List, show, make and check algorithms.", no_args_is_help=True, add_completion=False
)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME...]", help="Names or folders; all if left out.")
]


class Found(NamedTuple):
    """An algorithm's folder, as registration would see it."""

    folder: Path
    version: str
    manifest: AlgorithmManifest | None
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The folder's name, which is the algorithm's."""
        return self.folder.resolve().name


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

    --json prints a list of {name, title, capabilities, folder, version, registered, problems}.
    """
    in_force = registered_versions(cloud) if registered else None
    rows = _rows(in_force)
    if as_json:
        print_json(rows)
    elif rows:
        data().print(_table(rows, in_force is not None))
    else:
        say("No algorithms: make one with `trainwright algorithms new NAME`.")


def registered_versions(cloud: Cloud) -> dict[str, str]:
    """Ask the stack for the version in force of each algorithm."""
    root = f"/{cloud.stack_name}/algorithms/"
    client = cloud.session.client("ssm", endpoint_url=cloud.endpoint_url)
    pages = client.get_paginator("get_parameters_by_path").paginate(Path=root, Recursive=True)
    found = (parameter for page in pages for parameter in page["Parameters"])
    return {
        parameter["Name"].split("/")[-2]: parameter["Value"].split("/")[-2]
        for parameter in found
        if parameter["Name"].endswith("/manifest")
    }


def _rows(in_force: dict[str, str] | None) -> list[dict[str, Any]]:
    local = {found.name: found for found in map(_look, _folders())}
    rows = [_row(found, (in_force or {}).get(name)) for name, found in local.items()]
    absent = sorted((in_force or {}).keys() - local.keys())
    return [*rows, *(_row_of_stack(name, (in_force or {})[name]) for name in absent)]


def _row(found: Found, registered: str | None) -> dict[str, Any]:
    manifest = found.manifest
    return {
        "name": found.name,
        "title": manifest.title if manifest else "",
        "capabilities": list(manifest.capabilities) if manifest else [],
        "folder": str(found.folder),
        "version": found.version,
        "registered": registered,
        "problems": [problem.model_dump() for problem in found.problems],
    }


def _row_of_stack(name: str, version: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": name,
        "title": "",
        "capabilities": [],
        "folder": None,
        "version": None,
    }
    return {**known, "registered": version, "problems": []}


def _table(rows: list[dict[str, Any]], with_stack: bool) -> Table:
    table = Table("name", "can", "title", "version", box=None)
    if with_stack:
        table.add_column("registered")
    for row in rows:
        faults = len(row["problems"])
        title = f"[red]problems: {faults}[/]" if faults else escape(row["title"])
        cells = [row["name"], ", ".join(row["capabilities"]), title, row["version"] or "-"]
        table.add_row(*cells, *([row["registered"] or "-"] if with_stack else []))
    return table


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name or folder of an algorithm.")],
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """Show what an algorithm's manifest says. --json prints {version, manifest}."""
    found = _look(publishing.folders([name])[0], region)
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
    for label, value in _facts(found.manifest):
        out.print(f"[cyan]{label:<16}[/] {escape(value)}")


def _facts(manifest: AlgorithmManifest) -> list[tuple[str, str]]:
    facts = [("licence", manifest.licence), ("can", ", ".join(manifest.capabilities))]
    if manifest.framework:
        facts.append(("framework", f"{manifest.framework.name} {manifest.framework.version}"))
    if manifest.train:
        needed = {True: "required", False: "optional"}
        for channel, spec in manifest.train.channels.items():
            facts.append(("channel", f"{channel} ({needed[spec.required]}) {spec.description}"))
        for name, parameter in manifest.train.hyperparameters.items():
            default = "" if parameter.default is None else f" = {parameter.default!r}"
            facts.append(("hyperparameter", f"{name}{default}: {parameter.description}"))
        facts.append(("metrics", ", ".join(metric.name for metric in manifest.train.metrics)))
        facts.append(("gate", str(manifest.train.gate or "none")))
    if manifest.infer:
        facts.append(("takes", ", ".join(manifest.infer.content_types)))
        facts.append(("answers", ", ".join(manifest.infer.accepts)))
        facts.extend(("smoke test", test.name) for test in manifest.infer.smoke_tests)
    return [*facts, *(("note", note) for note in manifest.notes)]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its name: a-z, 0-9 and _, as a folder.")],
    as_json: AsJson = False,
) -> None:
    """Make the folder of a new algorithm, which trains and serves as it is.

    --json prints {name, folder}.
    """
    folder = scaffold(_root(), name)
    if as_json:
        print_json({"name": name, "folder": str(folder)})
        return
    say(f"[green]✓[/] {folder} is ready: change train.py, inference.py and algorithm.yaml, then")
    say(f"  trainwright algorithms validate {name}\n  trainwright publish {name}")


@app.command()
def validate(names: Names = None, region: Region = None, as_json: AsJson = False) -> None:
    """Check algorithms by the rules of registration, offline.

    --json prints a list of {name, folder, version, problems}. Exits 4 if one has problems.
    """
    checked = [_look(folder, region) for folder in publishing.folders(names or [])]
    if as_json:
        keys = ("name", "folder", "version", "problems")
        print_json([{key: _row(found, None)[key] for key in keys} for found in checked])
    for found in checked:
        if not found.problems and not as_json:
            say(f"[green]✓[/] {found.name} {found.version}")
    if faulty := [found for found in checked if found.problems]:
        problems = [problem for found in faulty for problem in found.problems]
        raise RefusedError(", ".join(found.name for found in faulty), problems)


def _look(folder: Path, region: str | None = None) -> Found:
    try:
        files = read_folder(folder)
    except InvalidRequestError as error:
        return Found(folder, "", None, (Problem(field="package", message=str(error)),))
    problems: list[Problem] = []
    manifest = check_package(folder.resolve().name, files, region or DEFAULT_REGION, problems)
    return Found(folder, version_of(files), manifest, tuple(problems))


def _root() -> Path:
    return (checkout(Path.cwd()) or Path.cwd()) / "algorithms"


def _folders() -> list[Path]:
    return sorted(path.parent for path in _root().glob("*/algorithm.yaml"))
