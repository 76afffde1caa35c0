"""The errors a user can do something about, each one line, and the exit codes of the command.

* CliError               exit 1: one line that says what to do next
    * RefusedError       exit 4: what was asked for has problems; it lists them
    * NoStackError       the stack is not deployed, or is not one of ours
"""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """How the command ends; documented in `trainwright --help`."""

    OK = 0
    ERROR = 1
    USAGE = 2
    RUN_FAILED = 3
    REFUSED = 4
    INTERRUPTED = 130


class CliError(Exception):
    """The user's turn: the text is one line and says what to do next."""

    exit_code = ExitCode.ERROR


class RefusedError(CliError):
    """What was asked for has problems; *problems* says all of them."""

    exit_code = ExitCode.REFUSED

    def __init__(self, what: str, problems: Sequence[object]) -> None:
        listed = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"{what} was refused:{listed}")


class NoStackError(CliError):
    """The stack is not deployed, or is not one of ours."""
