"""What the README promises is there: commands, targets, files, events."""

import re
from pathlib import Path

import pytest

from trainwright.models import algorithm_events, events
from trainwright_cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^ *```\w*\n(.*?)^ *```", README, flags=re.DOTALL | re.MULTILINE)


def _words_after_the_program() -> set[str]:
    """Give the words that follow `trainwright` in code; prose may go on otherwise."""
    code = "\n".join([*BLOCKS, *re.findall(r"`([^`\n]+)`", README)])
    lines = re.findall(r"\btrainwright ([a-z| ]+)", code)
    return {word for line in lines for word in re.split(r"[ |]+", line)}


def test_every_command_is_shown_once_at_least() -> None:
    assert set(COMMANDS) - {"demo"} <= _words_after_the_program()


def test_no_command_is_shown_that_does_not_exist() -> None:
    first_words = re.findall(r"^trainwright ([a-z]+)", "\n".join(BLOCKS), flags=re.MULTILINE)

    assert first_words
    assert set(first_words) <= set(COMMANDS)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("place", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_every_link_leads_somewhere(place: str) -> None:
    assert (ROOT / place).exists()


def test_every_event_is_listed_and_has_its_schema() -> None:
    for event in (*events.PUBLISHED, *algorithm_events.PUBLISHED):
        assert f"`{event.detail_type}`" in README
        folder = ROOT / "events" / event.detail_type.lower().replace(" ", "-")
        assert (folder / "schema.json").exists()
        assert (folder / "sample.json").exists()
