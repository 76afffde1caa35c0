"""A run in a pipe: one line for each change, no colours and nothing drawn twice."""

from collections.abc import Iterator
from datetime import datetime

from trainwright_cli.live.history import Phase
from trainwright_cli.live.notes import metrics_text
from trainwright_cli.live.times import duration
from trainwright_cli.live.tree import Node
from trainwright_cli.live.view import View


def changes(before: View | None, view: View, now: datetime) -> Iterator[str]:
    """Tell what is new in *view*."""
    known = dict(_flat(before.nodes)) if before else {}
    for path, node in _flat(view.nodes):
        if node.phase is not Phase.PENDING and _state(known.get(path)) != _state(node):
            yield _line(path, node, now)
    if view.job and _is_news(before, view):
        latest = {name: values[-1] for name, values in view.job.series.items()}
        yield f"training job {view.job.name}: {view.job.status}" + (
            f" ({metrics_text(latest)})" if latest else ""
        )


def _is_news(before: View | None, view: View) -> bool:
    """Whether the job is further than before; once the run has ended nobody asks."""
    known = before.job.status if before and before.job else None
    told = view.job.status if view.job else None
    return told != known and view.execution.phase is Phase.RUNNING


def _flat(nodes: tuple[Node, ...], above: str = "") -> Iterator[tuple[str, Node]]:
    for number, node in enumerate(nodes):
        # A state that is entered twice is two lines.
        again = sum(earlier.name == node.name for earlier in nodes[:number])
        path = above + node.name + (f" ({again + 1})" if again else "")
        yield path, node
        yield from _flat(node.children, f"{path} / ")


def _state(node: Node | None) -> tuple[Phase, str] | None:
    return (node.phase, node.note) if node else None


def _line(path: str, node: Node, now: datetime) -> str:
    took = f" in {duration(node.seconds(now) or 0)}" if node.left else ""
    return f"{path}: {node.phase}{took}" + (f" ({node.note})" if node.note else "")
