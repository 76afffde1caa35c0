"""A run as a tree: the states so far, those still to come, and inside them those of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainwright_cli.live.definition import expected_after, is_shown
from trainwright_cli.live.history import Execution, Phase, Step
from trainwright_cli.live.notes import note_on


@dataclass(frozen=True)
class Node:
    """One line of the tree."""

    name: str
    phase: Phase
    entered: datetime | None = None
    left: datetime | None = None
    note: str = ""
    children: "tuple[Node, ...]" = ()

    def seconds(self, now: datetime) -> float | None:
        """How long it took, or has taken until *now*; None before it began."""
        if self.entered is None:
            return None
        return max(0.0, ((self.left or now) - self.entered).total_seconds())


def build(
    execution: Execution,
    definition: Mapping[str, Any],
    children: Mapping[str, tuple[Node, ...]] | None = None,
) -> tuple[Node, ...]:
    """Join what happened with what is expected; *children* are by the name of their state."""
    nested = children or {}
    happened = [_node(s, nested.get(s.name, ())) for s in execution.steps if is_shown(s.type)]
    if execution.phase is not Phase.RUNNING:
        return tuple(happened)
    latest = execution.steps[-1].name if execution.steps else None
    coming = [Node(name, Phase.PENDING) for name in expected_after(definition, latest)]
    return (*happened, *coming)


def _node(step: Step, children: tuple[Node, ...]) -> Node:
    note = " ".join(_note(step).split())
    return Node(step.name, step.phase, step.entered, step.left, note, children)


def _note(step: Step) -> str:
    if step.error and step.phase is Phase.RUNNING:
        return f"attempt {step.attempts} failed ({step.error}), trying again"
    if step.error:
        # A caught error is told in full where the run ends.
        is_end = step.left and step.type == "Fail"
        return f"{step.error}: {step.cause}" if is_end else step.error
    retried = f"attempt {step.attempts}" if step.attempts > 1 else ""
    return ", ".join(filter(None, [note_on(step.output), retried]))
