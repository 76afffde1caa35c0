"""What the deployed stack is made of, read once from the environment of its functions."""

import os
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict

from trainwright.models.account import Account

_PREFIX = "TRAINWRIGHT_"


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


class Settings(Account):
    """The stack's own names; each comes from the variable `TRAINWRIGHT_<NAME>` of template.yaml."""

    model_config = ConfigDict(extra="ignore")

    subnets: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    security_groups: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    tasks_table: str
    runs_table: str
    steps_table: str = ""
    """Of the steps of pipelines; like the next, only functions of pipelines need it."""
    step_cache_table: str = ""
    start_pipeline_function: str = ""
    scheduler_role: str = ""
    dead_letters: str = ""
    """ARNs for what starts pipelines by itself; only the function that sets it up knows them,"""
    schedule_group: str = ""
    """and the name of the group that the schedules are in."""
    event_bus: str
    state_machine: str = ""
    """Of `train_deploy`; only the function that starts it knows it."""

    def machine(self, name: str) -> str:
        """ARN of a state machine of the stack: its name is known before it exists.

        A function that a machine runs could not refer to the machine in the template.
        """
        machine = f"{self.stack}-{name}"
        return f"arn:{self.partition}:states:{self.region}:{self.account}:stateMachine:{machine}"


@cache
def settings() -> Settings:
    """Read the environment, once."""
    found = {
        k.removeprefix(_PREFIX).lower(): v for k, v in os.environ.items() if k.startswith(_PREFIX)
    }
    return Settings.model_validate(found)
