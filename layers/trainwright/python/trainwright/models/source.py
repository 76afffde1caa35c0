"""Code of others that an algorithm is built on, taken from where it is kept."""

from typing import Annotated

from pydantic import Field

from trainwright.models.message import Message
from trainwright.models.names import RelativePath

Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
"""Name of a commit, whole."""


class GitSource(Message):
    """A git repository whose files are packed with the algorithm's own laid over them."""

    git: Annotated[str, Field(pattern=r"^(https|ssh|file)://[^\s]+$")]
    """Its URL."""
    ref: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][\w./-]*$")]
    """The commit (40 hexadecimal digits). A branch or a tag is possible, but may change."""
    folder: RelativePath | None = None
    """Only this folder of it."""


class PackedSource(Message):
    """The file `source.json` of a package: what was packed of another's repository."""

    git: str
    ref: str
    commit: Commit
