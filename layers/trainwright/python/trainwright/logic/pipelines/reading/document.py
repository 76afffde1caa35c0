"""Reads the whole document, and goes on without its broken parts to find what else is wrong."""

import copy
from collections.abc import Iterable
from typing import Any

from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.shape import validate
from trainwright.models.pipelines.document import Document

_SECTION = "sagemakerPipeline"
_UNNAMED = {"pipelineName": "unnamed"}


def read_document(merged: Merged) -> tuple[Document | None, frozenset[Path]]:
    """Give the document, and the places of the steps that stand in it for broken ones."""
    if (found := validate(merged, (), merged.conf, Document)) is not None:
        return found, frozenset()
    if not isinstance(merged.conf.get(_SECTION), dict):
        return None, frozenset()
    parts = {_smallest_part(path) for path in merged.reported}
    sound = _without(merged.conf, parts)
    silent = Merged((), merged.placeholders)
    return validate(silent, (), sound, Document), frozenset(parts)


def _without(conf: dict[str, Any], parts: Iterable[Path]) -> dict[str, Any]:
    """Copy *conf* without the keys at *parts*, and with steps that fit in place of broken ones."""
    sound = copy.deepcopy(conf)
    for path in parts:
        parent: Any = sound
        for part in path[:-1]:
            parent = parent[part] if _has(parent, part) else None
        if not path or not _has(parent, path[-1]):
            continue
        if isinstance(parent, list):
            at = int(path[-1])
            parent[at] = _stand_in(parent[at], path)
        else:
            del parent[path[-1]]
    sound[_SECTION] = _UNNAMED | sound.get(_SECTION, {})
    return sound


def _stand_in(step: object, path: Path) -> dict[str, Any]:
    """Keep the step's name, so that nobody who names it is told that there is no such step."""
    name = step.get("step_name") if isinstance(step, dict) else None
    known = name if isinstance(name, str) and name.replace("-", "").isalnum() else f"step{path[-1]}"
    return {"step_name": known, "step_class": "Approve", "message": "stands in"}


def _smallest_part(path: Path) -> Path:
    if "steps" in path:
        return path[: path.index("steps") + 2]
    return path


def _has(parent: Any, part: str | int) -> bool:  # noqa: ANN401 - part of the user's data
    if isinstance(parent, list):
        return isinstance(part, int) and part < len(parent)
    return isinstance(parent, dict) and part in parent
