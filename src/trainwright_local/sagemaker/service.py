"""The SageMaker service as one object, which `mount` puts into the local cloud."""

from importlib import import_module

from trainwright_local.sagemaker.api.dispatch import HttpResponse, respond, respond_async
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.events import Publisher
from trainwright_local.sagemaker.measurements import Recorder, forget
from trainwright_local.sagemaker.parts import PARTS, Part
from trainwright_local.sagemaker.store import Stores

PACKAGES = (
    "containers",
    "api.tags",
    "registry",
    "models",
    "endpoints",
    "training",
    "processing",
    "transform",
    "tuning",
)
"""Imported for what they register: operations, and parts to be started."""


class SageMakerService:
    """Answers requests, and owns what they set going until it is closed."""

    def __init__(
        self, config: SageMakerConfig, publisher: Publisher, recorder: Recorder = forget
    ) -> None:
        self.config = config
        self.publisher = publisher
        self.recorder = recorder
        self.stores = Stores(config.state_dir / "records")
        for package in PACKAGES:
            import_module(f"{__package__}.{package}")
        self._parts = {kind: kind(self) for kind in PARTS}

    def start(self) -> None:
        """Let each part take up what was left behind; to be called once the cloud serves."""
        for running in self._parts.values():
            running.start()

    def close(self) -> None:
        """End all that runs, the last started first."""
        for running in reversed(self._parts.values()):
            running.close()

    def part[T: Part](self, kind: type[T]) -> T:
        """Return the part of that *kind*."""
        running = self._parts[kind]
        assert isinstance(running, kind)
        return running

    async def respond_async(self, request: HttpRequest, account: str, region: str) -> HttpResponse:
        """Answer *request*, which is an invocation, as *account* in *region*."""
        return await respond_async(request, Context(account, region, self, request.headers))

    def respond(self, request: HttpRequest, account: str, region: str) -> HttpResponse:
        """Answer *request* as *account* in *region*."""
        return respond(request, Context(account, region, self, request.headers))
