"""What the deployed stack is made of, read once from the environment of its functions."""

import os
from functools import cache

from pydantic import BaseModel, ConfigDict

from trainwright.models.account import Account


class Settings(BaseModel):
    """The stack's own names; each comes from the variable `TRAINWRIGHT_<NAME>` of template.yaml."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stack: str
    partition: str
    url_suffix: str
    region: str
    account: str
    bucket: str
    role: str
    tasks_table: str
    runs_table: str
    event_bus: str
    kms_key: str = ""
    subnets: str = ""
    security_groups: str = ""
    state_machine: str = ""

    def as_account(self) -> Account:
        """Give the part that plans are made with."""
        return Account(
            **self.model_dump(include=set(Account.model_fields) - {"subnets", "security_groups"}),
            subnets=tuple(filter(None, self.subnets.split(","))),
            security_groups=tuple(filter(None, self.security_groups.split(","))),
        )


@cache
def settings() -> Settings:
    """Read the environment, once."""
    prefix = "TRAINWRIGHT_"
    found = {
        k.removeprefix(prefix).lower(): v for k, v in os.environ.items() if k.startswith(prefix)
    }
    return Settings.model_validate(found)
