"""docs/algorithms.md is what its tool makes of committed files, and every algorithm is in it."""

import pytest

from tools.make_algorithms_page import FOLDER, PAGE, ROOT, Entry, entries, page

ENTRIES = entries()


def test_the_page_is_what_its_tool_makes() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), (
        "run `.venv/bin/python -m tools.make_algorithms_page`"
    )


def test_every_result_and_every_picture_is_of_an_algorithm() -> None:
    names = {entry.name for entry in ENTRIES}

    assert {path.stem for path in (ROOT / FOLDER).rglob("*.*")} <= names


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_algorithm_was_tried_as_it_is_or_says_why_not(entry: Entry) -> None:
    if entry.checks.get("untried"):
        assert entry.result is None
        return

    assert entry.result, f"make test-algorithms GROUPS=all ARGS='--record -k {entry.name}'"
    assert entry.result["version"] == entry.version, "it has changed since: record it again"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_picture_that_is_drawn_is_there(entry: Entry) -> None:
    drawn = list((ROOT / FOLDER).glob(f"{entry.name}.*"))

    assert bool(drawn) == bool(entry.checks.get("picture"))
