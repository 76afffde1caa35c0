"""Where a variant's containers find what they run: made once, shared by its instances."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.containers.engine import EngineError
from trainwright_local.sagemaker.containers.owned import Containers
from trainwright_local.sagemaker.containers.pushed import (
    ScriptsImage,
    name_here,
    scripts_image,
)
from trainwright_local.sagemaker.endpoints.artifact import (
    launch,
    prepare,
    scripts_variables,
    variables,
)
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
from trainwright_local.sagemaker.images import Image, UnknownImageError, is_emulated
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
                self._program = self._found_program()
        return ModelServer(self._program(), on_line)

    def of_model(self, url: str, name: str) -> "Site":
        """Return the site of one model of a multi-model container."""
        container = replace(self.container, model_data_url=url, multi_model=False)
        site = Site(container, self.folder / "models" / name, self._context, self._what)
        site._role = self.role
        return site

    def _found_program(self) -> Callable[[], Program]:
        image = self.container.image
        if is_emulated(image):
            requirements = self.folder / "model" / "code" / "requirements.txt"
            python = self._python(image, requirements if requirements.is_file() else None)
            env = partial(variables, self.container, self.role, self.folder)
            return partial(EnvironmentProgram, python, self.folder, env)
        if scripts := scripts_image(image, self._context.config):
            return self._of_scripts(scripts)
        return self._of_image()

    def _of_scripts(self, scripts: ScriptsImage) -> Callable[[], Program]:
        python = self._python(scripts.image, scripts.requirements)
        env = partial(scripts_variables, self.container, self.role, self.folder)
        return partial(EnvironmentProgram, python, self.folder, env, scripts.program("serve"))

    def _python(self, image: str | Image, requirements: Path | None) -> Path:
        try:
            return environment_for(image, requirements, self._context.config).python
        except (UnknownImageError, EnvironmentBuildError) as error:
            raise DeploymentError(f"{error}") from error

    def _of_image(self) -> Callable[[], Program]:
        containers = self._context.part(Containers)
        try:
            engine = containers.engine()
            name = name_here(self.container.image, self._context.config)
            engine.fetch(name)
        except EngineError as error:
            raise ImageMissingError(f"{self.container.image}: {error}") from error
        try:
            url = containers.endpoint_url(engine)
        except EngineError as error:
            raise DeploymentError(f"The container cannot have a network: {error}") from error
        made = partial(launch, replace(self.container, image=name), self.role, self.folder, url)
        return partial(ContainerProgram, containers, engine, made, self._what)
