"""What needs a program of the machine is skipped without it, or fails where it was promised."""

import os
from collections.abc import Callable

import pytest

from trainwright_local.sagemaker.containers import admission, engine
from trainwright_local.sagemaker.jobs import sandbox

NEEDS: dict[str, tuple[str, Callable[[], object], str]] = {
    "optml": ("OPTML_TESTS", sandbox.available, "bubblewrap that may be used"),
    "container": ("CONTAINER_TESTS", engine.engine, "container engine that answers"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a marked test where what it needs is not there."""
    for mark, (variable, is_there, what) in NEEDS.items():
        if item.get_closest_marker(mark) and not is_there():
            if os.environ.get(variable) == "require":
                pytest.fail(f"{variable}=require, but this machine has no {what}")
            pytest.skip(f"this machine has no {what}")


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has."""
    monkeypatch.setattr(admission, "engine", lambda: None)
