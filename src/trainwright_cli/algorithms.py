"""The algorithms of a checkout and of a stack: found, checked, and told as rows."""

from pathlib import Path
from typing import Any, NamedTuple

from rich.markup import escape
from rich.table import Table

from trainwright.errors import InvalidRequestError
from trainwright.logic.package_check import check_package
from trainwright.logic.packaging import version_of
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Problem
from trainwright_cli import packages
from trainwright_cli.publishing import all_folders
from trainwright_cli.state_folder import checkout
from trainwright_local.cloud.lifecycle import DEFAULT_REGION


class Found(NamedTuple):
    """An algorithm's folder, as registration would see it."""

    folder: Path
    version: str
    manifest: AlgorithmManifest | None
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name, which is the algorithm's."""
        return self.folder.resolve().name


def look(folder: Path, region: str | None = None) -> Found:
    """Check the algorithm in *folder* by the rules of registration."""
    try:
        content = packages.read(folder)
    except InvalidRequestError as error:
        return Found(folder, "", None, (Problem(field="package", message=str(error)),))
    files, problems = content.files, list[Problem]()
    manifest = check_package(content.name, files, region or DEFAULT_REGION, problems)
    return Found(folder, version_of(files), manifest, tuple(problems), content.warnings)


def rows_of(in_force: dict[str, str] | None) -> list[dict[str, Any]]:
    """Join the checkout's algorithms with those *in_force* in a stack."""
    local = {found.name: found for found in map(look, all_folders())}
    rows = [row_of(found, (in_force or {}).get(name)) for name, found in local.items()]
    absent = sorted((in_force or {}).keys() - local.keys())
    return [*rows, *(_row_of_stack(name, (in_force or {})[name]) for name in absent)]


def row_of(found: Found, registered: str | None) -> dict[str, Any]:
    """Give the keys of `--json`."""
    manifest = found.manifest
    return {
        "name": found.name,
        "title": manifest.title if manifest else "",
        "capabilities": list(manifest.capabilities) if manifest else [],
        "folder": str(found.folder),
        "version": found.version,
        "registered": registered,
        "problems": [problem.model_dump() for problem in found.problems],
        "warnings": list(found.warnings),
    }


def _row_of_stack(name: str, version: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": name,
        "title": "",
        "capabilities": [],
        "folder": None,
        "version": None,
    }
    return {**known, "registered": version, "problems": [], "warnings": []}


def table_of(rows: list[dict[str, Any]], with_stack: bool) -> Table:
    """Show *rows* without what --json has more."""
    table = Table("name", "can", "title", "version", box=None)
    if with_stack:
        table.add_column("registered")
    for row in rows:
        faults = len(row["problems"])
        title = f"[red]problems: {faults}[/]" if faults else escape(row["title"])
        cells = [row["name"], ", ".join(row["capabilities"]), title, row["version"] or "-"]
        table.add_row(*cells, *([row["registered"] or "-"] if with_stack else []))
    return table


def root() -> Path:
    """Return where the algorithms of the checkout are."""
    return (checkout(Path.cwd()) or Path.cwd()) / "algorithms"
