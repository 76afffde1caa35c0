"""The model servers of one configuration: all of them healthy, or none."""

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from random import choices
from threading import Condition, Thread

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.artifact import prepare, variables
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.server import ModelServer
from trainwright_local.sagemaker.environments import EnvironmentBuildError, environment_for
from trainwright_local.sagemaker.images import UnknownImageError
from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.output import LineBatches
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.roles import Role, RoleError, assume
from trainwright_local.sagemaker.store import Record

DEFAULT_PATIENCE_SECONDS = 240
"""What a container has to become healthy in unless its variant says otherwise."""
DRAIN_SECONDS = 60.0


class Variant:
    """One variant on its way up, and then its server."""

    def __init__(self, endpoint: str, target: str, variant: Record, context: Context) -> None:
        self.name: str = variant["VariantName"]
        self.weight: float = variant["InitialVariantWeight"]
        self.server: ModelServer | None = None
        self._patience = variant.get(
            "ContainerStartupHealthCheckTimeoutInSeconds", DEFAULT_PATIENCE_SECONDS
        )
        self._container = Container(**variant["Container"])
        self._endpoint = endpoint
        self._context = context
        self._folder = folder_of(endpoint, context) / target / self.name
        self._lines: LineBatches | None = None
        self._instance = "i-" + hashlib.sha256(f"{target}/{self.name}".encode()).hexdigest()[:17]

    def start(self, is_closing: Callable[[], bool]) -> None:
        """Bring the server up; raises DeploymentError."""
        container = self._container
        try:
            role = assume(self._context, container.role_arn)
        except RoleError as error:
            raise DeploymentError(str(error)) from error
        folder = prepare(container, role, self._folder)
        self._lines = LineBatches(self._stream(role).send)
        server = ModelServer(
            self._python(folder, self._lines),
            folder,
            lambda port: variables(container, role, folder, port),
            self._lines.write,
        )
        self.server = server
        if is_closing() or not server.start(self._patience):
            raise self._unhealthy()

    def stop(self, grace: float) -> None:
        """End the server, and write the last of its lines."""
        if self.server is not None:
            self.server.stop(grace)
        if self._lines is not None:
            self._lines.close()

    def _stream(self, role: Role) -> LogStream:
        group = f"/aws/sagemaker/Endpoints/{self._endpoint}"
        return LogStream(role.logs, group, f"{self.name}/{self._instance}")

    def _python(self, folder: Path, lines: LineBatches) -> Path:
        requirements = folder / "model" / "code" / "requirements.txt"
        given = requirements if requirements.is_file() else None
        try:
            return environment_for(self._container.image, given, self._context.config).python
        except (EnvironmentBuildError, UnknownImageError) as error:
            for line in str(error).splitlines():
                lines.write(line)
            raise self._unhealthy(str(error).partition("\n")[0]) from error

    def _unhealthy(self, reason: str = "") -> DeploymentError:
        sentence = (
            f"The primary container for production variant {self.name} did not pass the ping "
            "health check. Please check CloudWatch logs for this endpoint."
        )
        return DeploymentError(f"{sentence} {reason}".rstrip())


class Deployment:
    """Everything that serves one target; `start` it, `enter` and `leave` it, `retire` it."""

    def __init__(self, endpoint: str, target: Record, context: Context) -> None:
        self.id: str = target["Id"]
        self._variants = [Variant(endpoint, self.id, v, context) for v in target["Variants"]]
        self._weights = list(accumulate(variant.weight for variant in self._variants))
        self._idle = Condition()
        self._inside = 0
        self._retired = False

    def start(self) -> None:
        """Bring all variants up at once; at the first that cannot, raise and stop them all."""
        results: SimpleQueue[Exception | None] = SimpleQueue()
        for variant in self._variants:
            # No pool: its threads would hold up the end of the cloud while packages install.
            Thread(target=self._start, args=(variant, results), name="variant", daemon=True).start()
        for _ in self._variants:
            error = results.get()
            if error is not None:
                self.stop(0)
                raise error

    def _start(self, variant: Variant, results: "SimpleQueue[Exception | None]") -> None:
        try:
            variant.start(lambda: self._retired)
        except Exception as error:  # raised again in the thread that waits
            results.put(error)
        else:
            results.put(None)
        if self._retired:
            variant.stop(0)

    def choose(self, name: str | None) -> Variant | None:
        """Return the variant called *name*, or without a name one by the weights."""
        if name is None:
            return choices(self._variants, cum_weights=self._weights)[0]  # noqa: S311 - traffic
        return next((variant for variant in self._variants if variant.name == name), None)

    def enter(self) -> bool:
        """Count a request in; False when the deployment is retired and must not be used."""
        with self._idle:
            self._inside += not self._retired
            return not self._retired

    def leave(self) -> None:
        """Count a request out."""
        with self._idle:
            self._inside -= 1
            self._idle.notify_all()

    def retire(self, grace: float) -> None:
        """Take no request any more, wait for those inside, and stop."""
        deadline = time.monotonic() + DRAIN_SECONDS
        with self._idle:
            self._retired = True
            while self._inside and time.monotonic() < deadline:
                self._idle.wait(deadline - time.monotonic())
        self.stop(grace)

    def stop(self, grace: float) -> None:
        """Stop all servers at once, without waiting for requests."""
        with self._idle:
            self._retired = True
        all_at_once([partial(variant.stop, grace) for variant in self._variants])


def all_at_once(calls: Iterable[Callable[[], object]]) -> None:
    """Make the calls in a thread each, and wait for all."""
    threads = [Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def folder_of(endpoint: str, context: Context) -> Path:
    """Return the folder of all that an endpoint keeps on disk."""
    folder = context.config.state_dir / "endpoints"
    return folder / context.account / context.region / endpoint
