"""The page of what clients can do, and the scripts that prove it."""

import pytest

from tests.clients import table
from tests.clients.cases import Script, all_scripts
from tools import make_operations_table


def test_the_page_says_what_the_scripts_are_held_to() -> None:
    assert table.PAGE.read_text() == table.page(), "run `python -m tests.clients.table`"


@pytest.mark.parametrize("script", all_scripts(), ids=str)
def test_every_script_has_to_tell_of_the_calls_that_it_makes(script: Script) -> None:
    source = script.path.read_text()

    assert script.expected
    assert all(f'"{name}"' in source for name in script.expected)


def test_the_page_of_operations_says_what_is_registered() -> None:
    page = make_operations_table.PAGE.read_text()

    assert page == make_operations_table.page(), "run `python -m tools.make_operations_table`"
