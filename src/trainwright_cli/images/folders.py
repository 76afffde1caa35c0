"""A container's folder: `container.yaml`, and the files that its image is built from."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from trainwright.errors import InvalidRequestError
from trainwright.logic.packaging import Files, read_folder, version_of
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.message import Message, Problem
from trainwright.models.names import RelativePath
from trainwright_cli.errors import CliError, RefusedError

type Variant = Literal["cpu", "gpu"]
type Arguments = dict[str, str]

SPECIFICATION = "container.yaml"
ROOT = "containers"
OWN_FILES = ("Dockerfile", "requirements.txt")
OWN_FOLDERS = ("code", "program")


class Specification(Message):
    """What `container.yaml` says."""

    title: str
    """A few words for lists."""
    python: Annotated[str, Field(pattern=r"^3\.\d{1,2}$")]
    """The version that the scripts are written for; what runs them without an engine."""
    base: str | None = None
    """The container whose image this one is built on."""
    variants: dict[Variant, str] | tuple[Variant, ...] = ("cpu",)
    """For which processors; without *base* also the image to build on for each."""
    arguments: dict[Variant, Arguments] = Field(default_factory=dict)
    """What else the Dockerfile is told for a variant."""
    files: dict[RelativePath, RelativePath] = Field(default_factory=dict)
    """What is copied from elsewhere in the repository: its place among the files, its source."""

    @model_validator(mode="after")
    def _is_built_on_something(self) -> Self:
        if (self.base is None) != isinstance(self.variants, dict):
            raise ValueError("needs either 'base' or an image to build on for each of 'variants'")
        return self


@dataclass(frozen=True)
class ContainerFolder:
    """A folder below `containers/`, and the folder that its own is built on."""

    root: Path
    """The checkout."""
    name: str
    specification: Specification
    base: "ContainerFolder | None" = None

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.root / ROOT / self.name

    @property
    def variants(self) -> tuple[Variant, ...]:
        """For which processors there are images."""
        return tuple(self.specification.variants)

    def arguments(self, variant: Variant) -> Arguments:
        """Return what the Dockerfile is told, but for an image of ours to build on."""
        images = self.specification.variants
        given = {"BASE_IMAGE": images[variant]} if isinstance(images, dict) else {}
        return given | self.specification.arguments.get(variant, {})

    @cached_property
    def files(self) -> Files:
        """All that the image is built from: the folder's own, and what is copied from elsewhere."""
        files: dict[str, bytes] = {}
        for name in (*OWN_FILES, *OWN_FOLDERS):
            files |= _read(self.path / name, name)
        for name, source in self.specification.files.items():
            found = _read(self.root / source, name)
            if not found:
                raise CliError(f"{self.path / SPECIFICATION}: there is no file {source}")
            files |= found
        return files

    @cached_property
    def version(self) -> str:
        """Name the content of the image: twelve digits, which no other content has."""
        below = self.base.version if self.base else ""
        said = self.specification.model_dump_json(exclude={"title"})
        digest = hashlib.sha256(f"{below} {said} ".encode())
        digest.update(version_of(self.files).encode())
        return digest.hexdigest()[:12]


def folder_of(root: Path, name: str) -> ContainerFolder:
    """Read the folder of the container *name* in the checkout *root*."""
    path = root / ROOT / name / SPECIFICATION
    if not path.is_file():
        known = ", ".join(names(root)) or "none"
        raise CliError(f"there is no container '{name}' in {root / ROOT}; there are: {known}")
    try:
        specification = Specification.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise RefusedError(str(path), list(Problem.from_validation(error))) from error
    except InvalidRequestError as error:
        raise RefusedError(str(path), [error]) from error
    base = folder_of(root, specification.base) if specification.base else None
    return ContainerFolder(root, name, specification, base)


def names(root: Path) -> list[str]:
    """Return the names of all containers in the checkout *root*."""
    return sorted(path.parent.name for path in (root / ROOT).glob(f"*/{SPECIFICATION}"))


def in_order(folders: list[ContainerFolder]) -> list[ContainerFolder]:
    """Return *folders* and all they are built on, each once, after what it is built on."""
    ordered: dict[str, ContainerFolder] = {}
    for folder in folders:
        below = in_order([folder.base]) if folder.base else []
        ordered |= {found.name: found for found in (*below, folder) if found.name not in ordered}
    return list(ordered.values())


def _read(path: Path, name: str) -> dict[str, bytes]:
    if path.is_file():
        return {name: path.read_bytes()}
    if not path.is_dir():
        return {}
    return {f"{name}/{inside}": content for inside, content in read_folder(path).items()}
