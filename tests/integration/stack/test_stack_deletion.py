"""What pipelines have asked for goes with them, and with the stack."""

from pathlib import Path

import pytest

from tests.integration.stack.conftest import local_stack
from tests.integration.stack.pipelines import Author
from tests.integration.stack.stack import Stack, until
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.pipelines import publishing

STEPS = "          - {step_name: w, step_class: Processing, step_type: work}\n"
TRIGGERS = """    triggers:
      event_pattern: {source: [nobody]}
      schedule: {expression: cron(0 6 * * ? *), timezone: Europe/Zurich}
"""


@pytest.fixture
def doomed(request: pytest.FixtureRequest, tmp_path: Path) -> Author:
    """An author on a stack of the local cloud that may be deleted."""
    if request.config.getoption("--stack-name"):
        pytest.fail("a stack is deleted on the local cloud only: deselect this test")
    info = request.getfixturevalue("cloud")
    stack = local_stack("tw-doomed", info)
    author = Author(tmp_path, Cloud(Target(stack_name=stack.name), info))
    author.publish("tied", STEPS, TRIGGERS)
    until(lambda: len(starters(stack)) == 2, "what starts it", 120)
    return author


def starters(stack: Stack) -> set[str]:
    """Name the rules and schedules of the stack's pipelines."""
    prefix = f"{stack.name}-pipeline-"
    rules = stack.client("events").list_rules(NamePrefix=prefix)["Rules"]
    schedules = stack.client("scheduler").list_schedules(NamePrefix=prefix)["Schedules"]
    return {found["Name"] for found in (*rules, *schedules)}


def of(author: Author) -> Stack:
    return Stack(author.cloud.stack_name, author.cloud.session, author.cloud.endpoint_url)


def delete(stack: Stack) -> None:
    cloudformation = stack.client("cloudformation")
    cloudformation.delete_stack(StackName=stack.name)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def test_nothing_starts_what_was_taken_away(doomed: Author) -> None:
    stack = of(doomed)

    gone = publishing.unpublish(doomed.cloud, doomed.stack, "tied")

    assert gone == ["tw-doomed-pipeline-tied-event", "tw-doomed-pipeline-tied-time"]
    assert starters(stack) == set()
    assert publishing.published(doomed.cloud, doomed.stack) == []
    delete(stack)


def test_a_deleted_stack_leaves_no_schedule(doomed: Author) -> None:
    stack = of(doomed)

    delete(stack)

    assert starters(stack) == {"tw-doomed-pipeline-tied-event"}
