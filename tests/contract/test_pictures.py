"""The pictures in docs/ show the state machines as they are."""

from tools.draw_state_machines import pictures


def test_the_pictures_are_current() -> None:
    drawn = pictures()

    committed = {path: path.read_text() for path in drawn}
    assert committed == drawn, "run `python -m tools.draw_state_machines`"
