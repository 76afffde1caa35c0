"""Where a variant's containers find what they run: made once, shared by its instances."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.containers.engine import EngineError
from trainwright_local.sagemaker.containers.owned import Containers
from trainwright_local.sagemaker.endpoints.artifact import launch, prepare, variables
from trainwright_local.sagemaker.endpoints.errors import DeploymentError, ImageMissingError
from trainwright_local.sagemaker.endpoints.programs import (
    ContainerProgram,
    EnvironmentProgram,
    Program,
)
from trainwright_local.sagemaker.endpoints.server import ModelServer
from trainwright_local.sagemaker.environments import (
    EnvironmentBuildError,
    environment_for,
)
from trainwright_local.sagemaker.images import UnknownImageError, is_emulated
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.roles import Role, RoleError, assume


class Site:
    """A container's role, folder and program; the first to ask for them waits for them.

    *what* begins the name that it has in an engine.
    """

    def __init__(
        self, container: Container, folder: Path, context: Context, what: str = ""
    ) -> None:
        self.container = container
        self._what = what
        self.folder = folder
        self._context = context
        self._lock = threading.Lock()
        self._role: Role | None = None
        self._program: Callable[[], Program] | None = None

    @property
    def role(self) -> Role:
        """The model's role, assumed; raises DeploymentError."""
        if self._role is None:
            try:
                self._role = assume(self._context, self.container.role_arn)
            except RoleError as error:
                raise DeploymentError(str(error)) from error
        return self._role

    def server(self, on_line: Callable[[str], None]) -> ModelServer:
        """Return a server of this container, not started; raises DeploymentError."""
        with self._lock:
            if self._program is None:
                prepare(self.container, self.role, self.folder)
                emulated = is_emulated(self.container.image)
                self._program = self._of_environment() if emulated else self._of_image()
        return ModelServer(self._program(), on_line)

    def of_model(self, url: str, name: str) -> "Site":
        """Return the site of one model of a multi-model container."""
        container = replace(self.container, model_data_url=url, multi_model=False)
        site = Site(container, self.folder / "models" / name, self._context, self._what)
        site._role = self.role
        return site

    def _of_environment(self) -> Callable[[], Program]:
        requirements = self.folder / "model" / "code" / "requirements.txt"
        given = requirements if requirements.is_file() else None
        try:
            environment = environment_for(self.container.image, given, self._context.config)
        except (UnknownImageError, EnvironmentBuildError) as error:
            raise DeploymentError(f"{error}") from error
        env = partial(variables, self.container, self.role, self.folder)
        return partial(EnvironmentProgram, environment.python, self.folder, env)

    def _of_image(self) -> Callable[[], Program]:
        containers = self._context.part(Containers)
        try:
            engine = containers.engine()
            engine.fetch(self.container.image)
            url = containers.endpoint_url(engine)
        except EngineError as error:
            raise ImageMissingError(f"{self.container.image}: {error}") from error
        made = partial(launch, self.container, self.role, self.folder, url)
        return partial(ContainerProgram, containers, engine, made, self._what)
