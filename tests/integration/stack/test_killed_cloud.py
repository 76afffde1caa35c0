"""Pipelines on a local cloud that is killed: what was done stays done."""

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.integration.stack.conftest import free_port, local_stack
from tests.integration.stack.pipelines import Author
from tests.integration.stack.stack import until
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.pipelines import publishing
from trainwright_local.cloud import lifecycle

STACK = "tw-killed"
STEPS = """
          - {step_name: a, step_class: Processing, step_type: slow}
          - {step_name: b, step_class: Processing, step_type: slow, chain_input_source_step: a}
          - {step_name: c, step_class: Processing, step_type: slow, chain_input_source_step: b}
"""


class Victim(NamedTuple):
    """A cloud with a stack, in a folder of its own."""

    folder: Path
    port: int

    def up(self) -> Author:
        """Start the cloud; give an author on its stack."""
        info = lifecycle.up(self.folder / "state", self.port)
        return Author(self.folder, Cloud(Target(stack_name=STACK), info))

    def kill(self) -> None:
        """Kill the cloud, as a machine that loses its power would."""
        info = lifecycle.status(self.folder / "state")
        assert info is not None
        os.kill(info.pid, signal.SIGKILL)
        until(lambda: lifecycle.status(self.folder / "state") is None, "the cloud's end", 30)


@pytest.fixture
def victim(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Victim]:
    if request.config.getoption("--stack-name"):
        pytest.fail("AWS cannot be killed: deselect this test")
    found = Victim(tmp_path, free_port())
    local_stack(STACK, lifecycle.up(tmp_path / "state", found.port))
    yield found
    lifecycle.down(tmp_path / "state")


@pytest.mark.timeout(900)
def test_a_run_goes_on_after_its_cloud_was_killed_in_each_of_its_steps(victim: Victim) -> None:
    author = victim.up()
    author.publish("killed", STEPS)
    run = author.start("killed")

    for number, step in enumerate("abc"):
        until(partial(author.resource, run, step), f"the job of step {step}", 180)
        time.sleep(1)  # what is older than this is on disk
        victim.kill()
        author = victim.up()
        assert [author.status(run, it) for it in "abc"[:number]] == ["Succeeded"] * number
        publishing.resume(author.cloud, author.stack, run)

    found = author.finish(run, attempt=4)
    assert found.ended.status == "Succeeded", found.ended
    # Each step was done again in the attempt after its kill, and in none after that.
    assert {name: step.attempt for name, step in found.steps.items()} == {"a": 2, "b": 3, "c": 4}
