"""A cloud for each module of live tests, and one cache of environments for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.local.serving.live import LiveCloud


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where environments are kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[LiveCloud]:
    """A running cloud, with a bucket for models and a role that may read it."""
    cloud = LiveCloud(tmp_path_factory.mktemp("cloud"), cache)
    try:
        cloud.prepare()
        yield cloud
    finally:
        cloud.stop()
    assert cloud.servers() == []
