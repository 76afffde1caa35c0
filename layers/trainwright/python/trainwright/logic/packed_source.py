"""The file of a package that says which commit of another's repository was packed with it."""

from collections.abc import Iterator

from pydantic import ValidationError

from trainwright.logic.packaging import Files
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Problem
from trainwright.models.source import GitSource, PackedSource

SOURCE = "source.json"


def packed_source(files: Files) -> PackedSource | None:
    """Read it; None if there is none, a ValidationError if it makes no sense."""
    if SOURCE not in files:
        return None
    return PackedSource.model_validate_json(files[SOURCE])


def check_source(manifest: AlgorithmManifest, files: Files) -> Iterator[Problem]:
    """Say how the package differs from what its manifest says of a repository."""
    try:
        packed = packed_source(files)
    except ValidationError as error:
        yield from Problem.from_validation(error, within=SOURCE)
        return
    if manifest.source is None:
        if packed:
            yield Problem(field=SOURCE, message="is there, and the manifest names no source")
        return
    if complaint := _complaint(manifest.source, packed):
        yield Problem(field="source", message=complaint)


def _complaint(source: GitSource, packed: PackedSource | None) -> str | None:
    if packed is None:
        return f"nothing of {source.git} is packed; `trainwright publish` does that"
    if (packed.git, packed.ref) != (source.git, source.ref):
        return f"{packed.ref} of {packed.git} is packed, not {source.ref} of {source.git}"
    return None
