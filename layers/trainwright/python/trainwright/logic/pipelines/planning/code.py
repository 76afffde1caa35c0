"""The code of a step: where its folder is in S3, and how its script is called."""

from pathlib import PurePosixPath
from typing import NamedTuple

from trainwright.logic.pipelines.planning.site import Site
from trainwright.models.pipelines.definition import DefinedStep

_ROOT = "."


class Code(NamedTuple):
    """A folder of code in S3, and the script in it."""

    source: str
    """S3 URI of `sourcedir.tar.gz`."""
    script: str
    """Path in the folder, such as `training/train.py`."""

    @property
    def module(self) -> str:
        """The script as Python imports it, such as `training.train`."""
        return self.script.removesuffix(".py").replace("/", ".")


def folder_of(step: DefinedStep) -> str:
    """Give the local folder of a step's code: its section's, or its model's."""
    own = getattr(step.section, "source_directory", "")
    return own or step.head.source_directory or _ROOT


def code_of(step: DefinedStep, entry_point: str, site: Site) -> Code:
    """Give the code of a step whose script keeps its folders."""
    return Code(site.staged_at(step, folder_of(step)), entry_point)


def code_beside(step: DefinedStep, entry_point: str, site: Site) -> Code:
    """Give the code of a training: the folder that the script lies in, and its bare name."""
    path = PurePosixPath(entry_point)
    folder = PurePosixPath(folder_of(step)) / path.parent
    return Code(site.staged_at(step, str(folder)), path.name)


def local_folders(step: DefinedStep) -> set[str]:
    """Name the folders that publishing must pack for *step*."""
    section, step_kind = step.section, step.kind
    entry_point = getattr(section, "entry_point", "")
    if step_kind in {"Training", "Tuning"}:
        return {str(PurePosixPath(folder_of(step)) / PurePosixPath(entry_point).parent)}
    if step_kind in {"Processing", "Metrics"} or getattr(section, "ModelRepack", False):
        return {folder_of(step)}
    return set()
