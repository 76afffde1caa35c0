"""Record what `trainwright demo` prints, as the picture in the README.

Run with `python -m tools.record_demo`. The demo runs in a terminal of its own, and a terminal
emulator makes the final text of it: what a reader sees who scrolls back.
"""

import os
import pty
import pwd
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "demo.svg"
COLUMNS, ROWS = 110, 60
_READ = 65_536
_NAMES = {"brown": "yellow", "brightbrown": "bright_yellow", "default": None}


def main() -> None:
    """Run the demo and write the picture."""
    output, status = run([str(Path(sys.executable).parent / "trainwright"), "demo"])
    if status:
        sys.exit(f"the demo failed with {status}")
    draw(lines(anonymous(output)), PICTURE, title="make demo")


def run(command: list[str]) -> tuple[bytes, int]:
    """Run *command* in a terminal; give all it printed, and its exit code."""
    printed = bytearray()

    def keep(descriptor: int) -> bytes:
        data = os.read(descriptor, _READ)
        printed.extend(data)
        return data

    os.environ |= {"COLUMNS": str(COLUMNS), "LINES": str(ROWS), "TERM": "xterm-256color"}
    status = pty.spawn(command, keep)
    return bytes(printed), os.waitstatus_to_exitcode(status)


def anonymous(output: bytes) -> bytes:
    """Write the folders of this machine as any reader's."""
    homes = (Path.home(), Path(pwd.getpwuid(os.getuid()).pw_dir))
    places = {str(ROOT): "~/trainwright", **{str(home): "~" for home in homes}}
    for place, name in places.items():
        output = output.replace(place.encode(), name.encode())
    return output


def lines(output: bytes) -> Iterator[Text]:
    """Give the lines of a terminal that has shown *output*, from the first scrolled off."""
    screen = pyte.HistoryScreen(COLUMNS, ROWS, history=10_000)
    pyte.ByteStream(screen).feed(output)
    rows = [*screen.history.top, *(screen.buffer[row] for row in range(ROWS))]
    found = [_line(row) for row in rows]
    while found and not found[-1].plain:
        found.pop()
    yield from found


def _line(row: dict[int, Char]) -> Text:
    text = Text()
    chars = (row[column] for column in range(COLUMNS))
    # Word by word: each is placed for itself, whatever the width of the font that is there.
    for (style, _), word in groupby(chars, key=lambda char: (_style(char), char.data == " ")):
        text.append("".join(char.data for char in word), style)
    text.rstrip()
    return text


def _style(char: Char) -> Style:
    return Style(color=_colour(char.fg), bold=char.bold, italic=char.italics)


def _colour(name: str) -> str | None:
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("bright"):
        return name.replace("bright", "bright_", 1)
    return f"#{name}" if name.isalnum() and not name.isalpha() else name


def draw(text: Iterator[Text], path: Path, *, title: str) -> None:
    """Write *text* to *path* as an SVG."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        for line in text:
            console.print(line)
        console.save_svg(str(path), title=title)


if __name__ == "__main__":
    main()
