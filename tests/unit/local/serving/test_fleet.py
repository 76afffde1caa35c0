"""Endpoints over their life: what is served at each step, and after a restart at any of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.local.serving.fakes import (
    FakeInstance,
    create,
    described,
    faked,
    restarted,
    served,
    settle,
    statuses,
    update,
)
from tests.unit.local.serving.live import until
from tests.unit.local.training.builders import ACCOUNT, REGION, Cloud
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.fleet import Endpoints


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A service with a model and a configuration for each kind of instance."""
    with faked(tmp_path, monkeypatch) as cloud:
        yield cloud


def test_a_new_endpoint_is_not_there_for_callers_until_it_is_in_service(cloud: Cloud) -> None:
    create(cloud, "slow")
    assert described(cloud)["EndpointStatus"] == "Creating"
    assert "not found" in served(cloud)

    FakeInstance.go.set()

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

    FakeInstance.go.set()
    in_service = settle(cloud, "InService")
    assert in_service["EndpointConfigName"] == "slow"
    assert "PendingDeploymentSummary" not in in_service
    assert served(cloud) == "slow"
    until(lambda: FakeInstance.stopped == ["one", "one"])
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

    until(lambda: FakeInstance.stopped == ["one", "one"])
    assert settle(cloud, "InService")["EndpointConfigName"] == "one"
    assert served(cloud) == "one"


def test_an_endpoint_that_failed_is_not_updated(cloud: Cloud) -> None:
    create(cloud, "bad")
    assert settle(cloud, "Failed")["FailureReason"] == "not healthy"

    assert "with status Failed" in update(cloud, "one")["message"]
    assert statuses(cloud) == ["CREATING", "FAILED"]


def test_a_request_inside_keeps_its_instance_alive(cloud: Cloud) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    traffic = cloud.service.part(Endpoints).traffic("e", cloud.context)
    assert traffic is not None
    _, instance = traffic.enter(None)

    update(cloud, "two")
    until(lambda: served(cloud) == "two")
    until(lambda: FakeInstance.stopped == ["one"])  # the other one of two
    instance.leave()

    until(lambda: FakeInstance.stopped == ["one", "one"])


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
    FakeInstance.go.set()

    settle(again, "InService")
    assert statuses(again) == ["IN_SERVICE"]


def test_what_was_being_updated_serves_the_old_and_goes_on(cloud: Cloud, tmp_path: Path) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
    update(cloud, "slow")

    again = restarted(cloud, tmp_path)
    until(lambda: served(again) == "one")
    assert described(again)["EndpointStatus"] == "Updating"
    FakeInstance.go.set()

    assert settle(again, "InService")["EndpointConfigName"] == "slow"
    assert served(again) == "slow"


def test_what_could_not_come_back_is_tried_again_at_the_next_start(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(cloud, "one")
    settle(cloud, "InService")

    def refuse(*_: object) -> None:
        raise DeploymentError("no role")

    with monkeypatch.context() as broken:
        broken.setattr(FakeInstance, "start", refuse)
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

    async def time_out(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(FakeInstance, "open", time_out)
    error = json.loads(served(cloud))

    assert (error["__type"], error["OriginalStatusCode"]) == ("ModelError", 0)
    assert error["OriginalMessage"].startswith("Your invocation timed out while waiting")


@pytest.mark.parametrize("member", ["Prefix-Aware-Id", "Inference-Component", "Session-Id"])
def test_what_an_invocation_cannot_have_here_is_refused(cloud: Cloud, member: str) -> None:
    create(cloud, "one")
    settle(cloud, "InService")
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
    assert FakeInstance.stopped == ["one", "one"]
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
