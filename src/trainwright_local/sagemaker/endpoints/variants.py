"""A variant: instances that come and go, among which its requests are spread."""

import math
import threading
from functools import partial
from random import choice
from typing import TYPE_CHECKING

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.errors import (
    DeploymentError,
    ImageMissingError,
    UnhealthyError,
)
from trainwright_local.sagemaker.endpoints.instances import Instance
from trainwright_local.sagemaker.endpoints.meters import Meter
from trainwright_local.sagemaker.endpoints.places import folder_of
from trainwright_local.sagemaker.endpoints.serverless import ServerlessInstance
from trainwright_local.sagemaker.endpoints.sites import Site
from trainwright_local.sagemaker.endpoints.threads import together
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.store import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PATIENCE_SECONDS = 240
"""What a container has to become healthy in unless its variant says otherwise."""
LEAST_OUTSTANDING = "LEAST_OUTSTANDING_REQUESTS"


class Variant:
    """The instances of one variant of one configuration."""

    def __init__(
        self,
        endpoint: str,
        target: str,
        variant: Record,
        context: Context,
        *,
        asynchronous: bool = False,
    ) -> None:
        self.name: str = variant["VariantName"]
        self.weight: float = variant["DesiredWeight"]
        self.serverless: Record | None = variant.get("ServerlessConfig")
        self._record = variant
        self._target = target
        self._config = context.config
        self._group = f"/aws/sagemaker/Endpoints/{endpoint}"
        folder = folder_of(endpoint, context) / target / self.name
        containers = [Container(**container) for container in variant["Containers"]]
        self._sites = [
            Site(c, folder / c.name, context, f"{endpoint}-{self.name}-{c.name}")
            for c in containers
        ]
        self._fewest = variant.get("RoutingConfig", {}).get("RoutingStrategy") == LEAST_OUTSTANDING
        self._instances: list[Instance] = []
        self._starting: set[Instance] = set()
        self._share = 1.0
        self._made = 0
        self._lock = threading.Lock()
        self._stopped = False
        self.meter = Meter(endpoint, self.name, context, asynchronous=asynchronous)

    @property
    def is_up(self) -> bool:
        """Whether all its instances could answer now."""
        return all(instance.is_up for instance in self._instances)

    @property
    def sites(self) -> "Sequence[Site]":
        """Its containers, with what they need."""
        return self._sites

    @property
    def count(self) -> int:
        """How many instances there are."""
        return len(self._instances)

    def scale(self, count: int, grace: float) -> None:
        """Have the processes of *count* instances; raises DeploymentError, having no more."""
        count = self.bounded(count)
        with self._lock:
            surplus = self._instances[count:]
            del self._instances[count:]
            missing = [self._made_instance() for _ in range(count - len(self._instances))]
            self._starting.update(missing)
        try:
            together([partial(self._start, instance) for instance in missing])
        except BaseException:
            together([partial(instance.stop, 0) for instance in missing])
            raise
        finally:
            with self._lock:
                self._starting.difference_update(missing)
        with self._lock:
            if self._stopped:
                raise DeploymentError("The local cloud is being stopped.")
            self._instances = [*self._instances, *missing]
        together([partial(instance.retire, grace) for instance in surplus])

    def bounded(self, count: int) -> int:
        """Return how many processes stand for *count* instances."""
        return 1 if self.serverless else min(count, self._config.max_instances)

    def activate(self, share: float) -> None:
        """Let that share of the instances answer, at least one."""
        self._share = share

    def enter(self) -> Instance | None:
        """Choose an instance and count a request in; None when there is no instance."""
        with self._lock:
            active = self._instances[: max(1, math.ceil(self._share * len(self._instances)))]
            if not active:
                return None
            if len(active) == 1:
                instance = active[0]
            elif self._fewest:
                instance = min(active, key=lambda instance: instance.inside)
            else:
                instance = choice(active)  # noqa: S311 - traffic, no secret
            instance.enter()
            return instance

    def retire(self, grace: float) -> None:
        """Take no request any more, wait for those inside, and stop."""
        together([partial(instance.retire, grace) for instance in self._take_all()])

    def stop(self, grace: float) -> None:
        """Stop all instances at once, without waiting for requests."""
        together([partial(instance.stop, grace) for instance in self._take_all()])

    def _take_all(self) -> list[Instance]:
        with self._lock:
            self._stopped = True
            instances, self._instances = [*self._instances, *self._starting], []
        return instances

    def limit(self, most: int) -> None:
        """Let a serverless variant take so many requests at once from now on."""
        for instance in self._instances:
            if isinstance(instance, ServerlessInstance):
                instance.most = most

    def _made_instance(self) -> Instance:
        self._made += 1
        if self.serverless:
            return ServerlessInstance(
                self._group,
                self._target,
                self._record,
                self.serverless["MaxConcurrency"],
                self._config.idle_seconds,
            )
        return Instance(self._group, self._target, self._record, self._made)

    def _start(self, instance: Instance) -> None:
        patience = self._record.get(
            "ContainerStartupHealthCheckTimeoutInSeconds", DEFAULT_PATIENCE_SECONDS
        )
        try:
            mode = self._record.get("Mode", "Serial")
            instance.start(self._sites, mode, self._config.max_models, patience)
        except UnhealthyError as error:
            raise DeploymentError(
                f"The {error} container for production variant {self.name} did not pass the ping "
                "health check. Please check CloudWatch logs for this endpoint."
            ) from error
        except ImageMissingError as error:
            raise DeploymentError(
                "Please make sure all images included in the model for the production variant "
                f"{self.name} exist, and that the execution role used to create the model has "
                f"permissions to access them. ({error})"
            ) from error
