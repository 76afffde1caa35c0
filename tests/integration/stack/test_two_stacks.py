"""Two stacks side by side in one account."""

import pytest

from tests.integration.stack.conftest import SCRIPTED, local_stack
from tests.integration.stack.stack import Stack


@pytest.fixture
def other(request: pytest.FixtureRequest) -> Stack:
    """A second stack in the same account."""
    if request.config.getoption("--stack-name"):
        pytest.fail("a second stack is deployed to the local cloud only: deselect this test")
    found = local_stack("tw-other", request.getfixturevalue("cloud"))
    assert found.publish(SCRIPTED)["problems"] == []
    return found


def test_the_same_model_in_two_stacks_is_two_models(stack: Stack, other: Stack) -> None:
    runs = [
        found.upload("shared", hyperparameters={"answer": found.name}) for found in (stack, other)
    ]

    assert [run.end() for run in runs] == ["SUCCEEDED", "SUCCEEDED"]
    for found in (stack, other):
        assert found.ask("shared")["answer"] == found.name
        assert len(found.executions("shared")) == 1
