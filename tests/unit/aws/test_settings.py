"""The settings come from the functions' environment."""

import pytest

from tests.builders import an_account
from trainwright.settings import settings

REQUIRED = {"tasks_table": "tasks", "runs_table": "runs", "event_bus": "bus"}


def test_lists_are_separated_by_commas_and_empty_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = an_account().model_dump(exclude={"subnets", "security_groups"}) | REQUIRED
    for name, value in plain.items():
        monkeypatch.setenv(f"TRAINWRIGHT_{name.upper()}", value)
    monkeypatch.setenv("TRAINWRIGHT_SUBNETS", "subnet-1,subnet-2")
    monkeypatch.setenv("TRAINWRIGHT_SECURITY_GROUPS", "")

    found = settings()

    assert (found.subnets, found.security_groups) == (("subnet-1", "subnet-2"), ())
    assert found.arn("training-job", "x") == an_account().arn("training-job", "x")
