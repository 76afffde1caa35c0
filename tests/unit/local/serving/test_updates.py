"""Updates of an endpoint: what is retained, how traffic moves, and what rolls it back."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.local.serving.fakes import (
    FakeInstance,
    create,
    described,
    faked,
    make_config,
    restarted,
    served,
    settle,
    statuses,
    update,
)
from tests.unit.local.serving.live import until
from tests.unit.local.training.builders import Cloud
from trainwright_local.sagemaker.endpoints import rollout
from trainwright_local.sagemaker.endpoints.errors import DeploymentError
from trainwright_local.sagemaker.endpoints.rollout import Rollout

LONG = 3600


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """An endpoint `e` that serves the configuration `four`, of four instances."""
    monkeypatch.setattr(rollout, "LOOK_SECONDS", 0.01)
    with faked(tmp_path, monkeypatch) as cloud:
        make_config(cloud, "four", 4)
        make_config(cloud, "next", 4)
        create(cloud, "four")
        settle(cloud, "InService")
        cloud.events.clear()
        yield cloud


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The states of the cloud's alarms; nobody needs a role to see them."""
    states = {"errors": "OK", "latency": "OK"}

    def check(rolling: Rollout, look: Any) -> Any:
        names = rolling._policy.alarms
        monkeypatch.setattr(
            "trainwright_local.sagemaker.endpoints.alarms._states",
            lambda names, _: [(name, states[name]) for name in names if name in states],
        )
        return look(names, None) if names else None

    monkeypatch.setattr(Rollout, "_check_alarms", check)
    return states


def blue_green(kind: str, wait: int = 0, **members: Any) -> dict[str, Any]:
    sizes = {k: members.pop(k) for k in ("CanarySize", "LinearStepSize") if k in members}
    routing = {"Type": kind, "WaitIntervalInSeconds": wait} | sizes
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing} | members}


def count(value: int) -> dict[str, Any]:
    return {"Type": "INSTANCE_COUNT", "Value": value}


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def stages(cloud: Cloud) -> list[str]:
    kind = "SageMaker Endpoint Deployment State Change"
    summaries = [
        event.detail["PendingDeploymentSummary"]["ProductionVariants"][0]["VariantStatus"][0]
        for event in cloud.events
        if event.detail_type == kind
    ]
    return [summary["Status"] for summary in summaries]


def shares(cloud: Cloud, requests: int = 400) -> Counter[str]:
    return Counter(served(cloud) for _ in range(requests))


def resize(cloud: Cloud, **wanted: Any) -> dict[str, Any]:
    return cloud.call(
        "UpdateEndpointWeightsAndCapacities",
        EndpointName="e",
        DesiredWeightsAndCapacities=[{"VariantName": "all"} | wanted],
    )


def variant(cloud: Cloud) -> dict[str, Any]:
    found: dict[str, Any] = described(cloud)["ProductionVariants"][0]
    return found


def test_an_endpoint_has_as_many_processes_as_instances_within_the_bound(cloud: Cloud) -> None:
    assert FakeInstance.alive == ["four"] * 4

    resize(cloud, DesiredInstanceCount=50)

    assert settle(cloud, "InService")["ProductionVariants"][0]["CurrentInstanceCount"] == 50
    assert len(FakeInstance.alive) == cloud.service.config.max_instances


def test_weights_and_capacities_are_changed_in_the_background(cloud: Cloud) -> None:
    assert resize(cloud, DesiredWeight=0.5, DesiredInstanceCount=1)["EndpointArn"].endswith("/e")

    settle(cloud, "InService")

    changed = variant(cloud)
    assert (changed["CurrentWeight"], changed["DesiredWeight"]) == (0.5, 0.5)
    assert (changed["CurrentInstanceCount"], changed["DesiredInstanceCount"]) == (1, 1)
    assert FakeInstance.alive == ["four"]
    assert statuses(cloud) == ["UPDATING", "IN_SERVICE"]


def test_instances_that_cannot_be_had_leave_those_there_are(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DeploymentError("no room")

    resize(cloud, DesiredInstanceCount=1)
    settle(cloud, "InService")
    with monkeypatch.context() as broken:
        broken.setattr(FakeInstance, "start", refuse)
        resize(cloud, DesiredInstanceCount=3)
        until(lambda: described(cloud).get("FailureReason") == "no room")

    assert statuses(cloud)[-3:] == ["UPDATING", "ROLLING_BACK", "IN_SERVICE"]
    assert (variant(cloud)["CurrentInstanceCount"], variant(cloud)["DesiredInstanceCount"]) == (
        1,
        1,
    )
    assert served(cloud) == "four"


def test_a_resize_that_was_cut_off_is_taken_up_again(cloud: Cloud, tmp_path: Path) -> None:
    resize(cloud, DesiredInstanceCount=3)

    again = restarted(cloud, tmp_path)

    settle(again, "InService")
    assert variant(again)["CurrentInstanceCount"] == 3


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"VariantName": "other"}, 'Could not find production variant "other"'),
        ({"DesiredWeight": 0}, "must have a weight above 0"),
        ({"DesiredInstanceCount": 0}, "only asynchronous endpoints scale to 0"),
        ({"ServerlessUpdateConfig": {"MaxConcurrency": 2}}, "is not serverless"),
    ],
)
def test_a_resize_that_makes_no_sense_is_refused(
    cloud: Cloud, wanted: dict[str, Any], message: str
) -> None:
    answer = resize(cloud, **wanted)

    assert answer["__type"] == "ValidationException"
    assert message in answer["message"]
    assert described(cloud)["EndpointStatus"] == "InService"


def test_an_update_retains_what_it_is_told_to(cloud: Cloud) -> None:
    resize(cloud, DesiredWeight=0.25, DesiredInstanceCount=3)
    settle(cloud, "InService")
    excluded = [{"VariantPropertyType": "DesiredWeight"}]

    update(
        cloud,
        "next",
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=excluded,
    )

    until(lambda: described(cloud)["EndpointConfigName"] == "next")
    assert (variant(cloud)["CurrentInstanceCount"], variant(cloud)["CurrentWeight"]) == (3, 1.0)


def test_an_update_begins_anew_unless_told_otherwise(cloud: Cloud) -> None:
    resize(cloud, DesiredInstanceCount=1)
    settle(cloud, "InService")

    update(cloud, "next")

    until(lambda: described(cloud)["EndpointConfigName"] == "next")
    assert variant(cloud)["CurrentInstanceCount"] == 4


def test_a_canary_takes_its_share_of_the_requests_while_it_bakes(cloud: Cloud) -> None:
    policy = blue_green("CANARY", LONG, CanarySize=count(1))

    update(cloud, "next", DeploymentConfig=policy)

    until(lambda: stages(cloud)[-1:] == ["Baking"])
    assert stages(cloud) == ["Creating", "ActivatingTraffic", "Baking"]
    pending = described(cloud)["PendingDeploymentSummary"]["ProductionVariants"][0]
    assert pending["VariantStatus"][0]["StatusMessage"] == (
        "Baking for WaitIntervalInSeconds: 3600"
    )
    counted = shares(cloud)
    assert set(counted) == {"four", "next"}
    assert 0.15 < counted["next"] / 400 < 0.35


def test_a_canary_that_does_well_takes_over(cloud: Cloud) -> None:
    policy = blue_green("CANARY", 5, CanarySize=percent(50), TerminationWaitInSeconds=5)

    update(cloud, "next", DeploymentConfig=policy)

    until(lambda: described(cloud)["EndpointConfigName"] == "next")
    moved = ["ActivatingTraffic", "Baking"]
    assert stages(cloud) == ["Creating", *moved, *moved]
    until(lambda: sorted(FakeInstance.alive) == ["next"] * 4)
    assert described(cloud)["LastDeploymentConfig"] == policy
    assert set(shares(cloud, 20)) == {"next"}


def test_linear_steps_move_the_traffic_bit_by_bit(cloud: Cloud) -> None:
    update(cloud, "next", DeploymentConfig=blue_green("LINEAR", 1, LinearStepSize=percent(30)))

    until(lambda: described(cloud)["EndpointConfigName"] == "next")

    assert stages(cloud).count("ActivatingTraffic") == 4  # 30, 60, 90 and 100 %
    assert stages(cloud).count("Baking") == 3


def test_a_rolling_update_never_has_both_fleets_whole(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    most: list[int] = []
    monkeypatch.setattr(FakeInstance, "enter", lambda instance: most.append(len(instance.alive)))
    monkeypatch.setattr(FakeInstance, "leave", lambda _: None)
    policy = {"RollingUpdatePolicy": {"MaximumBatchSize": count(1), "WaitIntervalInSeconds": 2}}

    update(cloud, "next", DeploymentConfig=policy)

    def exchanged() -> bool:
        served(cloud)
        return bool(described(cloud)["EndpointConfigName"] == "next")

    until(exchanged)
    assert max(most) <= 5
    until(lambda: FakeInstance.alive == ["next"] * 4)


def test_an_alarm_rolls_the_update_back(cloud: Cloud, alarms: dict[str, str]) -> None:
    policy = blue_green("CANARY", LONG, CanarySize=count(1)) | {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}
    }
    update(cloud, "next", DeploymentConfig=policy)
    until(lambda: stages(cloud)[-1:] == ["Baking"])

    alarms["errors"] = "ALARM"

    until(lambda: "FailureReason" in described(cloud))
    after = described(cloud)
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", "four")
    assert "CloudWatch alarms errors are in the state ALARM" in after["FailureReason"]
    assert set(shares(cloud, 20)) == {"four"}
    until(lambda: FakeInstance.alive == ["four"] * 4)
    assert statuses(cloud) == ["UPDATING", "IN_SERVICE"]


def test_an_alarm_while_the_old_instances_still_wait_brings_them_back(
    cloud: Cloud, alarms: dict[str, str]
) -> None:
    policy = blue_green("ALL_AT_ONCE", TerminationWaitInSeconds=LONG) | {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "latency"}]}
    }
    update(cloud, "next", DeploymentConfig=policy)
    until(lambda: set(shares(cloud, 5)) == {"next"})

    alarms["latency"] = "ALARM"

    until(lambda: "FailureReason" in described(cloud))
    assert set(shares(cloud, 20)) == {"four"}


def test_an_alarm_that_does_not_exist_stops_the_update(
    cloud: Cloud, alarms: dict[str, str]
) -> None:
    del alarms["errors"]
    policy = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}

    update(cloud, "next", DeploymentConfig=policy)

    until(lambda: "FailureReason" in described(cloud))
    assert described(cloud)["FailureReason"].startswith("Could not find the CloudWatch alarms")


def test_an_alarm_rolls_a_rolling_update_back_to_all_its_instances(
    cloud: Cloud, alarms: dict[str, str]
) -> None:
    policy = {
        "RollingUpdatePolicy": {"MaximumBatchSize": count(2), "WaitIntervalInSeconds": LONG},
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]},
    }
    update(cloud, "next", DeploymentConfig=policy)
    until(lambda: stages(cloud)[-1:] == ["Baking"])
    until(lambda: sorted(FakeInstance.alive) == ["four", "four", "next", "next"])

    alarms["errors"] = "ALARM"

    until(lambda: "FailureReason" in described(cloud))
    until(lambda: FakeInstance.alive == ["four"] * 4)
    assert set(shares(cloud, 20)) == {"four"}


def test_a_new_instance_that_dies_while_it_bakes_rolls_back(cloud: Cloud) -> None:
    update(cloud, "next", DeploymentConfig=blue_green("CANARY", LONG, CanarySize=count(1)))
    until(lambda: stages(cloud)[-1:] == ["Baking"])

    FakeInstance.sick.add("next")

    until(lambda: "FailureReason" in described(cloud))
    assert "is not healthy" in described(cloud)["FailureReason"]
    assert set(shares(cloud, 20)) == {"four"}


def test_an_update_that_takes_too_long_rolls_back(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = blue_green("LINEAR", 300, LinearStepSize=percent(10))
    policy["BlueGreenUpdatePolicy"]["MaximumExecutionTimeoutInSeconds"] = 600
    scale = cloud.service.config.time_scale
    assert 600 * scale == pytest.approx(12)
    times = iter(range(0, 100_000, 4))
    clock = SimpleNamespace(monotonic=lambda: float(next(times)))
    monkeypatch.setattr(rollout, "time", clock)

    update(cloud, "next", DeploymentConfig=policy)

    until(lambda: "FailureReason" in described(cloud))
    assert "MaximumExecutionTimeoutInSeconds: 600" in described(cloud)["FailureReason"]


def test_an_update_may_be_told_to_move_traffic_like_the_last(cloud: Cloud) -> None:
    policy = blue_green("LINEAR", 0, LinearStepSize=count(2))
    update(cloud, "next", DeploymentConfig=policy)
    until(lambda: described(cloud)["EndpointConfigName"] == "next")
    cloud.events.clear()

    update(cloud, "four", RetainDeploymentConfig=True)

    until(lambda: described(cloud)["EndpointConfigName"] == "four")
    assert stages(cloud).count("ActivatingTraffic") == 2


def test_an_update_that_was_cut_off_begins_anew(cloud: Cloud, tmp_path: Path) -> None:
    update(cloud, "next", DeploymentConfig=blue_green("CANARY", LONG, CanarySize=count(1)))
    until(lambda: stages(cloud)[-1:] == ["Baking"])

    again = restarted(cloud, tmp_path)

    until(lambda: stages(again)[-1:] == ["Baking"])
    assert described(again)["EndpointConfigName"] == "four"
    again.service.close()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (blue_green("CANARY"), "CanarySize must be specified"),
        (blue_green("LINEAR"), "LinearStepSize must be specified"),
        (blue_green("ALL_AT_ONCE", CanarySize=count(1)), "CanarySize must not be specified"),
        (blue_green("CANARY", CanarySize=count(3)), "CanarySize must be at most 50%"),
        (blue_green("CANARY", CanarySize=percent(51)), "CanarySize must be at most 50%"),
        (blue_green("LINEAR", LinearStepSize=percent(5)), "must be between 10% and 50%"),
        (
            blue_green(
                "ALL_AT_ONCE",
                wait=3600,
                TerminationWaitInSeconds=1,
                MaximumExecutionTimeoutInSeconds=3600,
            ),
            "must be at least the sum",
        ),
        (
            blue_green("ALL_AT_ONCE")
            | {"RollingUpdatePolicy": {"MaximumBatchSize": count(1), "WaitIntervalInSeconds": 0}},
            "Only one of",
        ),
        (
            {"RollingUpdatePolicy": {"MaximumBatchSize": percent(4), "WaitIntervalInSeconds": 0}},
            "must be between 5% and 50%",
        ),
    ],
)
def test_a_policy_that_aws_would_not_take_is_refused(
    cloud: Cloud, policy: dict[str, Any], message: str
) -> None:
    answer = update(cloud, "next", DeploymentConfig=policy)

    assert answer["__type"] == "ValidationException"
    assert message in answer["message"]
    assert described(cloud)["EndpointStatus"] == "InService"


def test_members_that_contradict_each_other_are_refused(cloud: Cloud) -> None:
    excluded = update(
        cloud, "next", ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredWeight"}]
    )
    both = update(
        cloud, "next", RetainDeploymentConfig=True, DeploymentConfig=blue_green("ALL_AT_ONCE")
    )

    assert "only when RetainAllVariantProperties" in excluded["message"]
    assert "when RetainDeploymentConfig is true" in both["message"]
