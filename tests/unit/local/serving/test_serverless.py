"""The instance of a serverless variant: asleep when idle, awake when asked, never too busy."""

import asyncio
import threading
from typing import Any

import pytest

from tests.unit.local.serving.live import until
from trainwright_local.sagemaker.endpoints.calls import Call
from trainwright_local.sagemaker.endpoints.errors import ThrottledError
from trainwright_local.sagemaker.endpoints.hosts import Answering
from trainwright_local.sagemaker.endpoints.serverless import ServerlessInstance

IDLE_SECONDS = 0.05
CALL = Call(b"")


class FakeHost:
    """Counts how often a process was started."""

    started = 0

    def __init__(self) -> None:
        self.is_up = False

    def start(self, _patience: float) -> None:
        FakeHost.started += 1
        self.is_up = True

    async def open(self, _call: Call) -> Answering:
        assert self.is_up
        reply: Any = FakeHost.started
        return Answering(reply, "primary")

    def stop(self, _grace: float) -> None:
        self.is_up = False


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> ServerlessInstance:
    monkeypatch.setattr(FakeHost, "started", 0)
    monkeypatch.setattr(ServerlessInstance, "_host_of", lambda *_: FakeHost())
    made = ServerlessInstance("group", "target", {"VariantName": "all"}, 2, IDLE_SECONDS)
    site: Any = type("Site", (), {"container": type("C", (), {"name": "primary"})})
    made.start([site], "Serial", 1, 60)
    return made


def ask(instance: ServerlessInstance) -> object:
    instance.enter()
    try:
        return asyncio.run(instance.open(CALL)).reply
    finally:
        instance.leave()


def test_it_is_awake_after_its_start_and_sleeps_when_idle(instance: ServerlessInstance) -> None:
    assert ask(instance) == 1

    until(lambda: instance.is_asleep)

    assert instance.is_up


def test_a_request_wakes_it(instance: ServerlessInstance) -> None:
    until(lambda: instance.is_asleep)

    assert ask(instance) == 2
    assert not instance.is_asleep


def test_many_requests_at_once_wake_it_once(instance: ServerlessInstance) -> None:
    instance.most = 10
    until(lambda: instance.is_asleep)

    threads = [threading.Thread(target=ask, args=(instance,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert FakeHost.started == 2


def test_it_does_not_sleep_with_a_request_inside(instance: ServerlessInstance) -> None:
    instance.enter()
    instance._sleep()

    assert not instance.is_asleep


def test_more_at_once_than_it_takes_are_refused(instance: ServerlessInstance) -> None:
    instance.enter()
    instance.enter()

    with pytest.raises(ThrottledError):
        instance.enter()
    instance.leave()
    instance.enter()


def test_it_does_not_wake_once_it_has_ended(instance: ServerlessInstance) -> None:
    instance.stop(0)

    assert not instance.is_up
