"""Two registrations of one algorithm at once, in every order that a schedule can make of them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from trainwright.aws import catalogue
from trainwright.aws.catalogue import SsmCatalogue

ROOT = "/demo/algorithms/boosting"


class NotFoundError(Exception):
    """SSM's ParameterNotFound."""


class Turns:
    """Lets two threads act in the order of a *schedule*; once one has ended, the other runs on."""

    def __init__(self, schedule: list[int]) -> None:
        self._schedule = schedule
        self._ended: set[int] = set()
        self._changed = threading.Condition()

    def take(self, me: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._is_mine(me), timeout=30)
            if self._schedule and not self._ended:
                self._schedule.pop(0)
            self._changed.notify_all()

    def end(self, me: int) -> None:
        with self._changed:
            self._ended.add(me)
            self._changed.notify_all()

    def _is_mine(self, me: int) -> bool:
        return bool(self._ended) or not self._schedule or self._schedule[0] == me


class MemorySsm:
    """Parameters of a dict, one operation in its turn."""

    exceptions = SimpleNamespace(ParameterNotFound=NotFoundError)

    def __init__(self, turn: Callable[[], None]) -> None:
        self.values: dict[str, str] = {}
        self._turn = turn

    def put_parameter(self, *, Name: str, Value: str, **_: Any) -> None:  # noqa: N803 - AWS's
        self._turn()
        self.values[Name] = Value

    def delete_parameter(self, *, Name: str) -> None:  # noqa: N803
        self._turn()
        if self.values.pop(Name, None) is None:
            raise NotFoundError

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803
        self._turn()
        if Name not in self.values:
            raise NotFoundError
        now = datetime.now(UTC)
        return {"Parameter": {"Value": self.values[Name], "LastModifiedDate": now}}


def version(number: int) -> dict[str, str]:
    """Give the parameters of a version; the first has an image that the second has not."""
    image = {"training_image": "image"} if number == 0 else {}
    parts = ("source", "artifact", "manifest")
    return {**image, **{part: f"s3://data/{number}/{part}" for part in parts}}


def raced(schedule: list[int]) -> dict[str, str]:
    """Put both versions in force at once; give what is in force in the end."""
    turns, numbers = Turns(schedule), threading.local()
    ssm = MemorySsm(lambda: turns.take(numbers.me))

    def register(number: int) -> None:
        numbers.me = number
        try:
            SsmCatalogue("demo").put("boosting", version(number))
        finally:
            turns.end(number)

    with patch.object(catalogue, "ssm", return_value=ssm):
        threads = [threading.Thread(target=register, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {name.rpartition("/")[2]: value for name, value in ssm.values.items()}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 1), max_size=40))
def test_what_is_in_force_in_the_end_is_one_version(schedule: list[int]) -> None:
    assert raced(schedule) in (version(0), version(1))


def test_whoever_writes_the_manifest_last_is_in_force_whole() -> None:
    reads, writes, all_of_it = [0] * 5, [0] * 4, [1] * 20

    assert raced([*reads, *writes[:-1], *all_of_it]) == version(0)
    assert raced([*reads, *writes, *all_of_it]) == version(1)
