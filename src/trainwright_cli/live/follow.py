"""Following a run to its end, on a terminal or in a pipe."""

import time
from datetime import UTC, datetime

from rich.console import Console, RenderableType
from rich.live import Live

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.live.drawing import drawing
from trainwright_cli.live.history import Phase
from trainwright_cli.live.lines import changes
from trainwright_cli.live.outcome import Outcome, outcome_of
from trainwright_cli.live.view import RunSource, View
from trainwright_cli.output import talk
from trainwright_cli.run_records import find_record

_LOCAL_SECONDS, _AWS_SECONDS = 0.3, 2.0
_FRAMES_PER_SECOND = 8


def follow(cloud: Cloud, run: str) -> Outcome:
    """Show *run* until it ends; give how it ended."""
    console = talk()
    source = RunSource(cloud, run)
    every = _LOCAL_SECONDS if cloud.is_local else _AWS_SECONDS
    show = _draw if console.is_terminal else _print
    view = show(console, source, every)
    return outcome_of(run, view.execution, find_record(cloud, run))


def _draw(console: Console, source: RunSource, every: float) -> View:
    view = source.look()

    def frame() -> RenderableType:
        return drawing(view, datetime.now(UTC))

    with Live(
        get_renderable=frame,
        console=console,
        refresh_per_second=_FRAMES_PER_SECOND,
    ):
        while view.execution.phase is Phase.RUNNING:
            time.sleep(every)
            view = source.look()
    return view


def _print(console: Console, source: RunSource, every: float) -> View:
    before: View | None = None
    while True:
        view = source.look()
        for line in changes(before, view, datetime.now(UTC)):
            console.print(line, markup=False, soft_wrap=True)
        if view.execution.phase is not Phase.RUNNING:
            return view
        before = view
        time.sleep(every)
