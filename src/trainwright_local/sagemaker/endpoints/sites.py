"""Where a variant's containers find what they run: made once, shared by its instances."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.artifact import prepare, variables
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.server import ModelServer
from trainwright_local.sagemaker.environments import (
    Environment,
    EnvironmentBuildError,
    environment_for,
)
from trainwright_local.sagemaker.images import UnknownImageError
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.roles import Role, RoleError, assume


class Site:
    """A container's role, folder and interpreter; the first to ask for them waits for them."""

    def __init__(self, container: Container, folder: Path, context: Context) -> None:
        self.container = container
        self.folder = folder
        self._context = context
        self._lock = threading.Lock()
        self._role: Role | None = None
        self._python: Path | None = None

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
            role = self.role
            if self._python is None:
                prepare(self.container, role, self.folder)
                self._python = self._environment().python
        return ModelServer(
            self._python,
            self.folder,
            lambda port: variables(self.container, role, self.folder, port),
            on_line,
        )

    def of_model(self, url: str, name: str) -> "Site":
        """Return the site of one model of a multi-model container."""
        container = replace(self.container, model_data_url=url, multi_model=False)
        site = Site(container, self.folder / "models" / name, self._context)
        site._role = self.role
        return site

    def _environment(self) -> Environment:
        requirements = self.folder / "model" / "code" / "requirements.txt"
        given = requirements if requirements.is_file() else None
        try:
            return environment_for(self.container.image, given, self._context.config)
        except (UnknownImageError, EnvironmentBuildError) as error:
            raise DeploymentError(f"{error}") from error
