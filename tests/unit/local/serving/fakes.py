"""Endpoints without processes: their instances are fakes that become what their names say."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.unit.local.serving.live import until
from tests.unit.local.training.builders import ACCOUNT, IMAGE, REGION, ROLE, Cloud
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.endpoints import variants
from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.endpoints.hosts import Answering
from trainwright_local.sagemaker.endpoints.instances import Instance
from trainwright_local.sagemaker.store import Record


class FakeReply:
    """A whole answer of one word."""

    status = 200
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, word: str) -> None:
        self._word = word

    async def read(self) -> bytes:
        return self._word.encode()


class FakeInstance(Instance):
    """An instance without processes, which becomes what its model's name says.

    `slow` waits for *go*, `bad` never becomes healthy, `bug` meets a fault of ours.
    """

    go = threading.Event()
    alive: ClassVar[list[str]] = []
    stopped: ClassVar[list[str]] = []
    sick: ClassVar[set[str]] = set()

    def __init__(self, group: str, target: str, variant: Record, number: int) -> None:
        super().__init__(group, target, variant, number)
        self.model: str = variant["ModelName"]

    @property
    def is_up(self) -> bool:
        return self.model not in self.sick

    def start(self, *_: object) -> None:
        if self.model == "slow":
            while not self.go.wait(0.01):
                if self._stopped:
                    raise DeploymentError("stopped")
        if self.model == "bad":
            raise DeploymentError("not healthy")
        if self.model == "bug":
            raise RuntimeError("a bug")
        self.alive.append(self.model)

    async def open(self, _: Call) -> Answering:
        reply: Any = FakeReply(self.model)
        return Answering(reply, "primary")

    def stop(self, grace: float) -> None:
        super().stop(grace)
        if self.model in self.alive:
            self.alive.remove(self.model)
            self.stopped.append(self.model)


@contextmanager
def faked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A service with a model and a configuration for each kind of instance."""
    monkeypatch.setattr(variants, "Instance", FakeInstance)
    monkeypatch.setattr(FakeInstance, "go", threading.Event())
    for name in ("alive", "stopped"):
        monkeypatch.setattr(FakeInstance, name, [])
    monkeypatch.setattr(FakeInstance, "sick", set())
    cloud = Cloud(tmp_path)
    cloud.service.config = replace(cloud.service.config, time_scale=0.02, grace_seconds=0)
    for name in ("one", "two", "slow", "bad", "bug"):
        make_config(cloud, name)
    cloud.events.clear()
    yield cloud
    cloud.service.close()


def make_config(cloud: Cloud, name: str, count: int = 2, **members: Any) -> None:
    container = {"Image": IMAGE}
    cloud.call("CreateModel", ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {"VariantName": "all", "ModelName": name, "InstanceType": "ml.m5.large"}
    answer = cloud.call(
        "CreateEndpointConfig",
        EndpointConfigName=name,
        ProductionVariants=[variant | {"InitialInstanceCount": count}],
        **members,
    )
    assert "EndpointConfigArn" in answer, answer


def create(cloud: Cloud, config: str) -> None:
    assert "EndpointArn" in cloud.call(
        "CreateEndpoint", EndpointName="e", EndpointConfigName=config
    )


def update(cloud: Cloud, config: str, **members: Any) -> dict[str, Any]:
    return cloud.call("UpdateEndpoint", EndpointName="e", EndpointConfigName=config, **members)


def described(cloud: Cloud) -> dict[str, Any]:
    return cloud.call("DescribeEndpoint", EndpointName="e")


def settle(cloud: Cloud, status: str) -> dict[str, Any]:
    until(lambda: described(cloud).get("EndpointStatus") == status)
    return described(cloud)


def served(cloud: Cloud) -> str:
    request = HttpRequest("POST", "/endpoints/e/invocations", {}, b"")
    return cloud.service.respond(request, ACCOUNT, REGION).body.decode()


def statuses(cloud: Cloud) -> list[str]:
    kind = "SageMaker Endpoint State Change"
    return [e.detail["EndpointStatus"] for e in cloud.events if e.detail_type == kind]


def restarted(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.service.close()
    again = Cloud(tmp_path)
    again.service.part(Endpoints).start()
    return again
