"""What publishing would change: each folder's content, compared with what the stack has."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from trainwright.logic.packaging import version_of
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.differences import Difference, difference, size
from trainwright_cli.packages import Content
from trainwright_cli.registered import registered_files, registered_versions


class Offer(NamedTuple):
    """What may be published, and the version of it in force (None: it is not registered)."""

    content: Content
    version: str
    in_force: str | None
    difference: Difference

    @property
    def name(self) -> str:
        """The algorithm's name."""
        return self.content.name

    @property
    def is_new(self) -> bool:
        """Whether another version is in force, or none."""
        return self.version != self.in_force

    def as_json(self, status: str) -> dict[str, Any]:
        """Give the keys of `--json`."""
        told = {"name": self.name, "version": self.version, "registered": self.in_force}
        return {**told, "status": status, "changes": self.difference.as_json, "problems": []}

    def lines(self) -> Iterator[str]:
        """Tell what would change."""
        if not self.is_new:
            yield f"{self.name} is registered as version {self.version} already."
            return
        if self.in_force is None:
            bytes_of_all = size(sum(map(len, self.content.files.values())))
            yield f"{self.name}: new, {self.version}, {self._count} of {bytes_of_all}"
            return
        yield f"{self.name}: {self.in_force} -> {self.version}"
        yield from (f"  {line}" for line in self.difference.lines())

    @property
    def _count(self) -> str:
        count = len(self.content.files)
        return "1 file" if count == 1 else f"{count} files"


def offers(cloud: Cloud, contents: Sequence[Content]) -> list[Offer]:
    """Compare each of *contents* with what is registered."""
    in_force = registered_versions(cloud)
    return [_offer(cloud, content, in_force.get(content.name)) for content in contents]


def _offer(cloud: Cloud, content: Content, in_force: str | None) -> Offer:
    version = version_of(content.files)
    before = content.files if version == in_force else {}
    if in_force and version != in_force:
        before = registered_files(cloud, content.name, in_force)
    return Offer(content, version, in_force, difference(before, content.files))
