"""No unit test reaches the network; those of the local cloud may speak to this machine."""

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, socket_allow_hosts

# How long one example takes says more of the machine's load than of the code.
settings.register_profile("loaded", deadline=None)
settings.load_profile("loaded")

_LOCAL = "tests/unit/local/"
_LOOPBACK = ["127.0.0.1", "::1", "localhost"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Close the sockets before anything of a test runs."""
    if _LOCAL in item.nodeid.replace("\\", "/"):
        socket_allow_hosts(_LOOPBACK, allow_unix_socket=True)
    else:
        disable_socket(allow_unix_socket=True)
