"""The page of what clients can do, and the scripts that prove it."""

import pytest

from tests.clients import table
from tests.clients.scripts import EVERYDAY, Script, all_scripts


def test_the_page_says_what_the_scripts_are_held_to() -> None:
    assert table.PAGE.read_text() == table.page(), "run `python -m tests.clients.table`"


@pytest.mark.parametrize("script", all_scripts(), ids=str)
def test_every_script_has_to_tell_of_the_calls_that_it_makes(script: Script) -> None:
    source = script.path.read_text()

    assert script.expected
    assert all(f'"{name}"' in source for name in script.expected)


def test_what_is_run_every_day_exists() -> None:
    assert {str(script) for script in all_scripts()} >= EVERYDAY
