"""When each step ran, as bars along one axis of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from trainwright.logic.pipelines.pictures.graph import COLOURS, NAMESPACE
from trainwright.models.pipelines.progress import StepRecord

_NAMES, _BARS, _ROW, _TOP = 220, 820, 22, 26
_TICKS = 6
_MAX_LETTERS = 30


def gantt(steps: Sequence[StepRecord]) -> str:
    """Draw a bar for each step that ran, as SVG; "" if none did."""
    timed = [(step, step.started, step.ended) for step in steps if step.started and step.ended]
    if not timed:
        return ""
    begin = min(started for _, started, _ in timed)
    end = max(ended for *_, ended in timed)
    span = max((end - begin).total_seconds(), 0.001)
    height = _TOP + len(timed) * _ROW + 8
    rows = [
        _row(step, _TOP + at * _ROW, _x(started, begin, span), _x(ended, begin, span))
        for at, (step, started, ended) in enumerate(timed)
    ]
    width = _NAMES + _BARS + 70
    head = f'<svg {NAMESPACE} viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join((head, *_axis(span, height), *rows, "</svg>"))


def duration(seconds: float) -> str:
    """Write a duration for people: `1.4 s`, `3 min 20 s`, `2 h 5 min`."""
    if round(seconds, 1) < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def _x(time: datetime, begin: datetime, span: float) -> float:
    return _NAMES + (time - begin) / timedelta(seconds=1) / span * _BARS


def _axis(span: float, height: int) -> list[str]:
    lines = []
    for tick in range(_TICKS + 1):
        x = _NAMES + _BARS * tick / _TICKS
        lines.append(
            f'<path d="M{x:.0f},{_TOP - 6} V{height - 6}" stroke="#e3e7eb"/>'
            f'<text x="{x:.0f}" y="14" font-size="11" fill="#5b6673" text-anchor="middle">'
            f"{duration(span * tick / _TICKS)}</text>"
        )
    return lines


def _row(step: StepRecord, y: float, left: float, right: float) -> str:
    fill, stroke = COLOURS[step.status]
    cut = len(step.step) > _MAX_LETTERS
    name = f"{step.step[: _MAX_LETTERS - 1]}…" if cut else step.step
    assert step.started is not None and step.ended is not None  # noqa: PT018 - the caller's choice
    took = duration((step.ended - step.started).total_seconds())
    return (
        f'<text x="{_NAMES - 10}" y="{y + 14:.0f}" font-size="12" fill="#1f2328" '
        f'text-anchor="end">{escape(name)}</text>'
        f'<rect x="{left:.1f}" y="{y + 3:.0f}" width="{max(right - left, 2):.1f}" height="15" '
        f'rx="3" fill="{fill}" stroke="{stroke}"/>'
        f'<text x="{right + 6:.1f}" y="{y + 14:.0f}" font-size="11" fill="#5b6673">{took}</text>'
    )
