"""The option that points the tests at a stack."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the name of a deployed stack; without it the tests deploy one to a local cloud."""
    parser.addoption("--stack-name", help="test this stack, with the AWS CLI's own environment")
