"""The pictures in docs/ show the state machines as they are."""

from tools.draw_state_machines import PICTURES, pictures


def test_the_pictures_are_current() -> None:
    committed = {path: path.read_text() for path in PICTURES.glob("*.svg")}

    assert committed == pictures(), "run `python -m tools.draw_state_machines`"
