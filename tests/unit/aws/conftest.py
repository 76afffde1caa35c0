"""AWS in this process, by moto: for the adapters only."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from trainwright.aws import catalogue, clients
from trainwright.settings import settings


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give each test an empty account in eu-west-1."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    clients._client.cache_clear()
    settings.cache_clear()
    catalogue._read.cache_clear()
    with mock_aws():
        yield
    clients._client.cache_clear()
