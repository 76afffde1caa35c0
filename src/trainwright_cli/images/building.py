"""Building: every image after the one it is built on, and none that is there already."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from trainwright.logic.packaging import Files
from trainwright_cli.images.engines import Build, Engine, Progress
from trainwright_cli.images.folders import ContainerFolder, Variant, in_order
from trainwright_cli.images.scripts import mode_of

PLATFORMS = ("linux/amd64", "linux/arm64")


@dataclass(frozen=True)
class Target:
    """One image of a container: for which processor it is, and how it is called."""

    folder: ContainerFolder
    variant: Variant
    platform: str = PLATFORMS[0]

    @property
    def processor(self) -> str:
        """What planning calls it: `cpu`, `gpu`, or `arm64` for AWS's own processors."""
        return "arm64" if self.platform == PLATFORMS[1] else self.variant

    @property
    def tag(self) -> str:
        """The tag, which names the content."""
        return f"{self.folder.version}-{self.processor}"

    @property
    def scripts_tag(self) -> str:
        """The tag of the scripts alone: a real image of the same content is another one."""
        return f"{self.tag}-scripts"

    def image(self, stack: str) -> str:
        """Return the name of the image on this machine."""
        return f"{stack}-{self.folder.name}:{self.tag}"


@dataclass(frozen=True)
class Builder:
    """Builds with an *engine* for a *stack*."""

    engine: Engine
    stack: str
    secrets: dict[str, Path] = field(default_factory=dict)
    base_image: str = ""
    """What the lowest image is built on, instead of what its folder says."""

    def build(self, target: Target, progress: Progress) -> None:
        """Build the image of *target*; what it is built on has to be there."""
        with written(target.folder.files) as context:
            build = Build(
                context=context,
                tag=target.image(self.stack),
                platform=target.platform,
                arguments=self._arguments(target),
                secrets=self.secrets,
                labels={"trainwright.container": target.folder.name},
            )
            self.engine.build(build, progress)

    def _arguments(self, target: Target) -> dict[str, str]:
        given = target.folder.arguments(target.variant)
        if target.folder.base is None:
            return given | ({"BASE_IMAGE": self.base_image} if self.base_image else {})
        below = Target(target.folder.base, target.variant, target.platform)
        return {**given, "BASE_IMAGE": below.image(self.stack)}


def targets(
    folders: Sequence[ContainerFolder], variants: Sequence[Variant], platforms: Sequence[str]
) -> list[Target]:
    """Return the images of *folders* in the order in which they need each other.

    An image for GPUs is made for one platform only: SageMaker's instances with GPUs have it.
    """
    return [
        Target(folder, variant, platform)
        for folder in in_order(list(folders))
        for variant in folder.variants
        for platform in platforms
        if variant in variants and (variant == "cpu" or platform == PLATFORMS[0])
    ]


@contextmanager
def written(files: Files) -> Iterator[Path]:
    """Write *files* into a folder, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode_of(content))
        yield Path(folder)
