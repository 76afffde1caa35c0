"""One update of an endpoint: the new instances up, traffic moved in steps, kept or rolled back."""

import math
import threading
import time
from collections.abc import Callable

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.alarms import in_alarm, refuse_missing
from trainwright_local.sagemaker.endpoints.deployment import Deployment
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.policies import Policy, policy_of
from trainwright_local.sagemaker.endpoints.records import counts_of, stage
from trainwright_local.sagemaker.endpoints.traffic import Traffic
from trainwright_local.sagemaker.store import Record

LOOK_SECONDS = 0.5
"""How often alarms and instances are looked at meanwhile."""


class Rollout:
    """Moves the traffic of an endpoint from *traffic*'s deployment to *green*, of *target*."""

    def __init__(
        self, traffic: Traffic, green: Deployment, target: Record, context: Context
    ) -> None:
        self._traffic = traffic
        self._green = green
        self._target = target
        self._context = context
        self._policy: Policy = policy_of(target.get("DeploymentConfig", {}), counts_of(target))
        self._began = time.monotonic()

    def run(self, name: str, closing: threading.Event) -> None:
        """Do it all; raises DeploymentError when it was rolled back, all traffic where it was."""
        try:
            self._check_alarms(refuse_missing)
            self._enter(name, "Creating", "")
            if not self._policy.is_rolling:
                self._green.start()
            for step in self._policy.steps:
                self._move(name, step.share)
                self._bake(name, "WaitIntervalInSeconds", step.wait, closing)
            self._bake(name, "TerminationWaitInSeconds", self._policy.termination_wait, closing)
        except BaseException:
            if self._policy.is_rolling:
                self._traffic.serving.scale(counts_of(self._traffic.target))
            self._traffic.shift_back()
            raise

    def _move(self, name: str, share: float) -> None:
        if self._policy.is_rolling:
            self._enter(name, "Creating", "")
            self._green.scale(_shares(self._target, share))
        self._enter(name, "ActivatingTraffic", "")
        self._traffic.shift(self._green, share)
        if self._policy.is_rolling:
            self._green.activate(1.0)  # of those there are
            self._traffic.serving.scale(_rest(self._traffic.target, share))

    def _bake(self, name: str, member: str, seconds: float, closing: threading.Event) -> None:
        """Wait, and meanwhile look whether to roll back; look at least once."""
        if seconds:
            self._enter(name, "Baking", f"Baking for {member}: {seconds}")
        until = time.monotonic() + seconds * self._context.config.time_scale
        while True:
            self._look()
            left = until - time.monotonic()
            if left <= 0:
                return
            if closing.wait(min(LOOK_SECONDS, left)):
                raise DeploymentError("The local cloud is being stopped.")

    def _look(self) -> None:
        if ringing := self._check_alarms(in_alarm):
            raise DeploymentError(
                "The deployment was rolled back: the CloudWatch alarms "
                f"{', '.join(ringing)} are in the state ALARM."
            )
        if not self._green.is_up:
            raise DeploymentError(
                "The deployment was rolled back: an instance of the new fleet is not healthy."
            )
        longest = self._policy.longest * self._context.config.time_scale
        if time.monotonic() - self._began > longest:
            raise DeploymentError(
                "The deployment was rolled back: it took more than "
                f"MaximumExecutionTimeoutInSeconds: {self._policy.longest}."
            )

    def _check_alarms[T](self, check: Callable[..., T]) -> T | None:
        if not self._policy.alarms:
            return None
        return check(self._policy.alarms, self._green.variants[0].sites[0].role)

    def _enter(self, name: str, status: str, message: str) -> None:
        stage(name, self._context, status, message)


def _shares(target: Record, share: float) -> dict[str, int]:
    return {name: math.ceil(share * count) for name, count in counts_of(target).items()}


def _rest(target: Record, share: float) -> dict[str, int]:
    return {name: math.floor((1 - share) * count) for name, count in counts_of(target).items()}
