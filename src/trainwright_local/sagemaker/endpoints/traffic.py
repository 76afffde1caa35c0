"""Which of an endpoint's deployments answers a request."""

from dataclasses import dataclass
from random import random

from trainwright_local.sagemaker.endpoints.deployment import Deployment
from trainwright_local.sagemaker.endpoints.errors import NotServedError, ServerGoneError
from trainwright_local.sagemaker.endpoints.instances import Instance
from trainwright_local.sagemaker.endpoints.variants import Variant
from trainwright_local.sagemaker.store import Record


@dataclass(frozen=True)
class Split:
    """A deployment, and during an update a second one with a share of the requests."""

    blue: Deployment
    green: Deployment | None = None
    share: float = 0.0

    def order(self) -> list[Deployment]:
        """Return the deployments, first the one that the next request is for."""
        if self.green is None:
            return [self.blue]
        # No secret, but traffic.
        both = [self.green, self.blue]
        return both if random() < self.share else both[::-1]  # noqa: S311


class Traffic:
    """The requests to one endpoint: to what serves it, or partly to what is to serve it."""

    def __init__(self, serving: Deployment, target: Record) -> None:
        self.target = target
        self._split = Split(serving)

    @property
    def serving(self) -> Deployment:
        """The deployment that serves, and goes on to if an update fails."""
        return self._split.blue

    @property
    def deployments(self) -> list[Deployment]:
        """All that take requests."""
        return [d for d in (self._split.blue, self._split.green) if d is not None]

    def shift(self, green: Deployment, share: float) -> None:
        """Let *green* answer that share of the requests."""
        green.activate(share)
        self._split = Split(self._split.blue, green, share)

    def settle(self, deployment: Deployment, target: Record) -> None:
        """Let *deployment* answer all requests."""
        deployment.activate(1.0)
        self.target = target
        self._split = Split(deployment)

    def shift_back(self) -> None:
        """Let what served before answer all requests."""
        self._split = Split(self._split.blue)

    def enter(self, variant: str | None) -> tuple[Variant, Instance]:
        """Choose who answers the next request and count it in there.

        Raises NotServedError when there is no such variant, ServerGoneError when it has no
        instance.
        """
        while True:
            split = self._split
            found = [d.choose(variant) for d in split.order()]
            for candidate in filter(None, found):
                instance = candidate.enter()
                if instance is not None:
                    return candidate, instance
            if split is self._split:  # else it was exchanged this very moment: look again
                if not any(found):
                    raise NotServedError(f"The endpoint has no production variant {variant}.")
                raise ServerGoneError("The variant has no instance.")
