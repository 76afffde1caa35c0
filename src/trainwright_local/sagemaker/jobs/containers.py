"""The containers of a job, one an instance, where its image is one that nobody emulates."""

import os
from pathlib import Path

from trainwright_local.sagemaker.containers.engine import EngineError, Launch
from trainwright_local.sagemaker.containers.owned import Containers
from trainwright_local.sagemaker.containers.pushed import name_here
from trainwright_local.sagemaker.jobs.failures import ClientError, InternalServerError
from trainwright_local.sagemaker.jobs.instances import Command
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.usage import Volume


class JobContainers:
    """Runs containers of one image, which is here once this is made."""

    def __init__(self, run: Run, image: str) -> None:
        self._run = run
        self._containers = run.context.part(Containers)
        self._names: list[str] = []
        self._folders: list[Path] = []
        try:
            self._engine = self._containers.engine()
        except EngineError as error:
            raise InternalServerError(f"There was an engine before, but now {error}.") from error
        try:
            self.image = name_here(image, run.context.config)
            self._engine.fetch(self.image)
        except EngineError as error:
            raise ClientError(
                "Cannot pull algorithm container. Either the image does not exist or its "
                f"permissions are incorrect. ({image}: {error})"
            ) from error

    def command(self, launch: Launch, volume: Volume, *consumers: Consumer) -> Command:
        """Return what runs *launch* as the container of the instance that is its host."""
        named = self._containers.named(launch, f"{self._run.name}-{launch.host}")
        self._names.append(named.name)
        self._folders += launch.volumes
        argv, env = self._engine.command(named), self._engine.variables(named)
        return Command(launch.host, argv, env, volume.folder, consumers, volume=volume)

    def close(self) -> None:
        """Remove what the engine may have kept running, and take over what containers wrote."""
        for name in self._names:
            self._engine.remove(name)
        for folder in filter(_is_anothers, self._folders):
            self._engine.hand_over(folder, self.image, self._engine.owner())


def _is_anothers(folder: Path) -> bool:
    """Whether anything in *folder* is not ours to read and to delete."""
    user = os.getuid()
    return user != 0 and any(path.lstat().st_uid != user for path in folder.rglob("*"))
