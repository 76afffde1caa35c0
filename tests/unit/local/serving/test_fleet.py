"""Endpoints over their life: what is served at each step, and after a restart at any of them."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.local.serving.live import until
from tests.unit.local.training.builders import ACCOUNT, IMAGE, REGION, ROLE, Cloud
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.endpoints import fleet
from trainwright_local.sagemaker.endpoints.connections import Answer
from trainwright_local.sagemaker.endpoints.deployment import Deployment
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.fleet import Endpoints
from trainwright_local.sagemaker.store import Record


class FakeDeployment(Deployment):
    """A deployment without processes, which becomes what its configuration's name says.

    `slow` waits for *go*, `bad` never becomes healthy, `bug` meets a fault of ours.
    """

    go = threading.Event()
    stopped: list[str]

    def __init__(self, endpoint: str, target: Record, context: Context) -> None:
        super().__init__(endpoint, target, context)
        self.config = target["EndpointConfigName"]

    def start(self) -> None:
        if self.config == "slow":
            while not self.go.wait(0.01):
                if self._retired:
                    raise DeploymentError("stopped")
        if self.config == "bad":
            raise DeploymentError("not healthy")
        if self.config == "bug":
            raise RuntimeError("a bug")
        answer = Answer(200, HTTPMessage(), self.config.encode())
        server: Any = SimpleNamespace(request=lambda *_: answer)
        for variant in self._variants:
            variant.server = server

    def stop(self, grace: float) -> None:
        del grace
        self._retired = True
        self.stopped.append(self.config)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A service with a configuration for each kind of deployment."""
    monkeypatch.setattr(fleet, "Deployment", FakeDeployment)
    monkeypatch.setattr(FakeDeployment, "go", threading.Event())
    monkeypatch.setattr(FakeDeployment, "stopped", [], raising=False)
    cloud = Cloud(tmp_path)
    container = {"Image": IMAGE}
    cloud.call("CreateModel", ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {"VariantName": "all", "ModelName": "m", "InstanceType": "ml.m5.large"}
    for name in ("one", "two", "slow", "bad", "bug"):
        variants = [variant | {"InitialInstanceCount": 2}]
        cloud.call("CreateEndpointConfig", EndpointConfigName=name, ProductionVariants=variants)
    cloud.events.clear()
    yield cloud
    cloud.service.close()


def create(cloud: Cloud, config: str) -> None:
    assert "EndpointArn" in cloud.call(
        "CreateEndpoint", EndpointName="e", EndpointConfigName=config
    )


def update(cloud: Cloud, config: str) -> dict[str, Any]:
    return cloud.call("UpdateEndpoint", EndpointName="e", EndpointConfigName=config)


def described(cloud: Cloud) -> dict[str, Any]:
    return cloud.call("DescribeEndpoint", EndpointName="e")


def settle(cloud: Cloud, status: str) -> dict[str, Any]:
    until(lambda: described(cloud).get("EndpointStatus") == status)
    return described(cloud)


def served(cloud: Cloud) -> str:
    request = HttpRequest("POST", "/endpoints/e/invocations", {}, b"")
    return cloud.service.respond(request, ACCOUNT, REGION).body.decode()


def statuses(cloud: Cloud) -> list[str]:
    return [event.detail["EndpointStatus"] for event in cloud.events]


def restarted(cloud: Cloud, tmp_path: Path) -> Cloud:
    cloud.service.close()
    again = Cloud(tmp_path)
    again.service.part(Endpoints).start()
    return again


def test_a_new_endpoint_is_not_there_for_callers_until_it_is_in_service(cloud: Cloud) -> None:
    create(cloud, "slow")
    assert described(cloud)["EndpointStatus"] == "Creating"
    assert "not found" in served(cloud)

    FakeDeployment.go.set()

    variants = settle(cloud, "InService")["ProductionVariants"]
    assert (variants[0]["VariantName"], variants[0]["CurrentInstanceCount"]) == ("all", 2)
    assert served(cloud) == "slow"
    assert statuses(cloud) == ["CREATING", "IN_SERVICE"]


def test_while_an_update_goes_on_the_old_is_served_and_the_new_announced(cloud: Cloud) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    update(cloud, "slow")

    updating = described(cloud)
    assert updating["EndpointStatus"] == "Updating"
    assert updating["EndpointConfigName"] == "one"
    assert updating["PendingDeploymentSummary"]["EndpointConfigName"] == "slow"
    assert served(cloud) == "one"

    FakeDeployment.go.set()
    in_service = settle(cloud, "InService")
    assert in_service["EndpointConfigName"] == "slow"
    assert "PendingDeploymentSummary" not in in_service
    assert served(cloud) == "slow"
    until(lambda: FakeDeployment.stopped == ["one"])
    assert statuses(cloud) == ["CREATING", "IN_SERVICE", "UPDATING", "IN_SERVICE"]


@pytest.mark.parametrize(
    ("config", "reason"), [("bad", "not healthy"), ("bug", "An internal failure occurred.")]
)
def test_an_update_that_fails_tells_only_by_its_reason(
    cloud: Cloud, config: str, reason: str
) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    update(cloud, config)

    until(lambda: "FailureReason" in described(cloud))
    after = described(cloud)
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", "one")
    assert after["FailureReason"].startswith(reason)
    assert served(cloud) == "one"
    assert cloud.events[-1].detail["FailureReason"] == after["FailureReason"]


def test_an_update_to_the_same_configuration_serves_it_anew(cloud: Cloud) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    update(cloud, "one")

    until(lambda: FakeDeployment.stopped == ["one"])
    assert settle(cloud, "InService")["EndpointConfigName"] == "one"
    assert served(cloud) == "one"


def test_an_endpoint_that_failed_is_not_updated(cloud: Cloud) -> None:
    create(cloud, "bad")
    assert settle(cloud, "Failed")["FailureReason"] == "not healthy"

    assert "with status Failed" in update(cloud, "one")["message"]
    assert statuses(cloud) == ["CREATING", "FAILED"]


@pytest.mark.parametrize(
    "policy",
    [
        {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {"Type": "CANARY", "WaitIntervalInSeconds": 1}
            }
        },
        {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}},
    ],
)
def test_a_deployment_that_would_be_ignored_is_refused(
    cloud: Cloud, policy: dict[str, Any]
) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    answer = cloud.call(
        "UpdateEndpoint", EndpointName="e", EndpointConfigName="two", DeploymentConfig=policy
    )

    assert answer["__type"] == "ValidationException"
    assert described(cloud)["EndpointStatus"] == "InService"


def test_a_request_inside_keeps_its_deployment_alive(cloud: Cloud) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    with cloud.service.part(Endpoints).serving("e", cloud.context) as deployment:
        assert deployment is not None
        update(cloud, "two")
        until(lambda: served(cloud) == "two")
        assert FakeDeployment.stopped == []

    until(lambda: FakeDeployment.stopped == ["one"])


def test_what_was_in_service_comes_back(cloud: Cloud, tmp_path: Path) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    again = restarted(cloud, tmp_path)

    until(lambda: served(again) == "one")
    assert described(again)["EndpointStatus"] == "InService"
    assert again.events == []


def test_what_was_being_created_is_taken_up_again(cloud: Cloud, tmp_path: Path) -> None:
    create(cloud, "slow")

    again = restarted(cloud, tmp_path)
    assert described(again)["EndpointStatus"] == "Creating"
    FakeDeployment.go.set()

    settle(again, "InService")
    assert statuses(again) == ["IN_SERVICE"]


def test_what_was_being_updated_serves_the_old_and_goes_on(cloud: Cloud, tmp_path: Path) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    update(cloud, "slow")

    again = restarted(cloud, tmp_path)
    until(lambda: served(again) == "one")
    assert described(again)["EndpointStatus"] == "Updating"
    FakeDeployment.go.set()

    assert settle(again, "InService")["EndpointConfigName"] == "slow"
    assert served(again) == "slow"


def test_what_could_not_come_back_is_tried_again_at_the_next_start(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    def refuse(_: FakeDeployment) -> None:
        raise DeploymentError("no role")

    with monkeypatch.context() as broken:
        broken.setattr(FakeDeployment, "start", refuse)
        again = restarted(cloud, tmp_path)
        assert settle(again, "Failed")["FailureReason"] == "no role"

    repaired = restarted(again, tmp_path)
    assert "FailureReason" not in settle(repaired, "InService")
    assert served(repaired) == "one"


def test_an_answer_that_takes_too_long_is_a_model_error_without_a_status(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    with cloud.service.part(Endpoints).serving("e", cloud.context) as deployment:
        assert deployment is not None
        variant = deployment.choose(None)

    def time_out(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(variant, "server", SimpleNamespace(request=time_out))
    error = json.loads(served(cloud))

    assert (error["__type"], error["OriginalStatusCode"]) == ("ModelError", 0)
    assert error["OriginalMessage"].startswith("Your invocation timed out while waiting")


@pytest.mark.parametrize("member", ["Target-Model", "Inference-Component", "Session-Id"])
def test_what_an_invocation_cannot_have_here_is_refused(cloud: Cloud, member: str) -> None:
    headers = {f"x-amzn-sagemaker-{member.lower()}": "a"}

    answer = cloud.service.respond(
        HttpRequest("POST", "/endpoints/e/invocations", headers, b""), ACCOUNT, REGION
    )

    assert json.loads(answer.body)["__type"] == "ValidationError"
    assert b"does not emulate" in answer.body


def test_a_delete_leaves_nothing(cloud: Cloud, tmp_path: Path) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    assert cloud.call("DeleteEndpoint", EndpointName="e") == {}

    until(lambda: "Could not find endpoint" in described(cloud).get("message", ""))
    assert FakeDeployment.stopped == ["one"]
    assert statuses(cloud)[-1] == "DELETING"
    assert [
        path for path in tmp_path.rglob("*") if "endpoints" in path.parts and path.is_file()
    ] == []


def test_a_restart_finds_no_endpoint_that_was_deleted(cloud: Cloud, tmp_path: Path) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    cloud.call("DeleteEndpoint", EndpointName="e")
    until(lambda: "message" in described(cloud))

    again = restarted(cloud, tmp_path)

    assert again.call("ListEndpoints") == {"Endpoints": []}
