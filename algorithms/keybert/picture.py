"""Draw a text with its keywords marked: `picture.py ANSWERS_FOLDER OUTPUT.svg`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

_WIDTH, _LINE, _CHARACTER, _MARGIN = 720, 30, 8.4, 20
_PER_LINE = int((_WIDTH - 2 * _MARGIN) / _CHARACTER)
_WORD = re.compile(r"(?P<before>\W*)(?P<word>[\w'-]+)(?P<after>\W*)")


def draw(text: str, scores: dict[str, float]) -> str:
    """Give the picture of *text*, whose words have *scores* if they are keywords."""
    lines = list(_wrapped(text))
    height = 2 * _MARGIN + _LINE * len(lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        "<title>A text and its keywords</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for number, line in enumerate(lines):
        x, y = float(_MARGIN), _MARGIN + _LINE * number
        for token in line:
            parts.extend(_token(token, x, y, scores))
            x += (len(token) + 1) * _CHARACTER
    return "\n".join([*parts, "</svg>", ""])


def _wrapped(text: str) -> Iterator[list[str]]:
    line: list[str] = []
    for token in text.split():
        if line and sum(len(one) + 1 for one in line) + len(token) > _PER_LINE:
            yield line
            line = []
        line.append(token)
    yield line


def _token(token: str, x: float, y: int, scores: dict[str, float]) -> Iterator[str]:
    found = _WORD.fullmatch(token)
    score = scores.get(found["word"].lower(), 0.0) if found else 0.0
    if found and score:
        left = x + len(found["before"]) * _CHARACTER - 2
        width = len(found["word"]) * _CHARACTER + 4
        yield (
            f'<rect x="{left:.1f}" y="{y}" width="{width:.1f}" height="20" rx="3" fill="#f5b301" '
            f'fill-opacity="{score:.2f}"><title>{score}</title></rect>'
        )
    width = len(token) * _CHARACTER
    font = 'font-family="monospace" font-size="14"'
    yield f'<text x="{x:.1f}" y="{y + 15}" textLength="{width:.1f}" {font}>{escape(token)}</text>'


def main() -> None:
    """Draw the first answer."""
    answers, output = Path(sys.argv[1]), Path(sys.argv[2])
    folder = min(path.parent for path in answers.glob("*/answer"))
    text = json.loads((folder / "request").read_bytes())["inputs"]
    result = json.loads((folder / "answer").read_bytes())["result"]
    output.write_text(draw(text, dict(result)), encoding="utf-8")


if __name__ == "__main__":
    main()
