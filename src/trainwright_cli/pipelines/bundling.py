"""A pipeline made ready to run anywhere: its files, and the code and data they name."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from trainwright.logic.packaging import archive, read_folder, version_of
from trainwright.logic.pipelines.planning.code import local_folders
from trainwright.models.pipelines.bundle import Bundle, PublishedFile
from trainwright.models.pipelines.definition import DefinedStep, Definition
from trainwright.models.pipelines.sections import Job
from trainwright.models.pipelines.written import is_expression
from trainwright_cli.errors import RefusedError
from trainwright_cli.pipelines.files import Sources

_DIGITS = 16


class Part(NamedTuple):
    """One thing to upload: the key below the pipeline's folder, and its content."""

    key: str
    body: bytes


class Bundled(NamedTuple):
    """A bundle, and what must lie in S3 before it can be used."""

    bundle: Bundle
    parts: tuple[Part, ...]


def bundle_pipeline(
    sources: Sources, definition: Definition, values: Mapping[str, str], bucket: str
) -> Bundled:
    """Pack the folders of code and read the data files that the pipeline names.

    A RefusedError lists every path that is not there.
    """
    parts: dict[str, Part] = {}
    staged: dict[str, str] = {}
    missing: list[str] = []
    for path, is_folder in sorted(_local_paths(definition)):
        place = locate(path, sources)
        if place is None:
            missing.append(f"{path}: there is no such {'folder' if is_folder else 'file'}")
            continue
        part = _folder(place) if is_folder else _file(place)
        parts[part.key] = part
        staged[path] = f"s3://{bucket}/pipelines/{definition.name}/{part.key}"
    if missing:
        raise RefusedError(definition.name, missing)
    bundle = Bundle(
        name=definition.name,
        files=tuple(PublishedFile(name=name, text=text) for name, text in sources.files),
        values={name: value for name, value in values.items() if name.startswith("SMP_")},
        staged=staged,
    )
    return Bundled(bundle, tuple(parts.values()))


def locate(path: str, sources: Sources) -> Path | None:
    """Find a path of a file: from the root, or from the folder of a file or one above it."""
    root = sources.root.resolve()
    folders = [root]
    for name, _ in sources.files:
        folder = (root / name).parent
        folders += [folder, *(above for above in folder.parents if root in above.parents)]
    return next((folder / path for folder in folders if (folder / path).exists()), None)


def _local_paths(definition: Definition) -> set[tuple[str, bool]]:
    return {found for step in definition.steps for found in _of_step(step)}


def _of_step(step: DefinedStep) -> Iterator[tuple[str, bool]]:
    yield from ((folder, True) for folder in local_folders(step))
    if not isinstance(step.section, Job):
        return
    for channel in step.section.channels.values():
        for file in channel.dataFiles:
            is_local = not file.fileName.startswith("s3://") and not is_expression(file.fileName)
            if is_local and not (channel.s3Bucket and channel.s3InputPrefix):
                yield file.fileName, False


def _folder(place: Path) -> Part:
    files = read_folder(place)
    return Part(f"code/{version_of(files)}/sourcedir.tar.gz", archive(files))


def _file(place: Path) -> Part:
    body = place.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:_DIGITS]
    return Part(f"data/{digest}/{place.name}", body)
