"""What is published of an algorithm: its folder's files, over those that its manifest names."""

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from trainwright.errors import InvalidRequestError
from trainwright.logic.packaging import MANIFEST, Files, Package, pack_files, read_folder
from trainwright.logic.packed_source import SOURCE
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.source import GitSource, PackedSource
from trainwright_cli import git_sources


class Content(NamedTuple):
    """The files of an algorithm's package, and what to tell of where they are from."""

    folder: Path
    files: Files
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the folder, which is the algorithm's."""
        return self.folder.resolve().name

    def pack(self) -> Package:
        """Pack the files; an InvalidRequestError says why that cannot be."""
        return pack_files(self.name, self.files)

    def licence_to_accept(self) -> str | None:
        """Give the licence that somebody must accept by name before the algorithm is published."""
        manifest = _manifest(self.files)
        return str(manifest.get("licence")) if manifest.get("opt_in") is True else None


def read(folder: Path) -> Content:
    """Read *folder*, and fetch what its manifest names; an InvalidRequestError says what failed."""
    own = read_folder(folder)
    source = _source(own)
    if source is None:
        return Content(folder, own)
    fetched = git_sources.fetch(source)
    packed = PackedSource(git=source.git, ref=source.ref, commit=fetched.commit)
    record = packed.model_dump_json(indent=1).encode()
    warnings = () if git_sources.is_pinned(source) else (_warning(source, fetched.commit),)
    return Content(folder, {**fetched.files, **own, SOURCE: record}, warnings)


def _warning(source: GitSource, commit: str) -> str:
    return f"source.ref: '{source.ref}' may change, today it is {commit}; name that commit instead"


def _source(files: Files) -> GitSource | None:
    """Read the manifest's source; what else is wrong with it is told by who checks the package."""
    declared = _manifest(files).get("source")
    try:
        return GitSource.model_validate(declared) if declared else None
    except ValidationError:
        return None


def _manifest(files: Files) -> dict[str, Any]:
    try:
        found = read_yaml(files.get(MANIFEST, b"").decode())
    except (InvalidRequestError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
