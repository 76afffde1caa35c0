"""Reads the whole document, and goes on without its broken parts to find what else is wrong."""

import copy
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.shape import validate
from trainwright.models.pipelines.document import Document
from trainwright.models.pipelines.written import StepName

_SECTION = "sagemakerPipeline"
_UNNAMED = {"pipelineName": "unnamed"}
_NAMES: TypeAdapter[str] = TypeAdapter(StepName)


def read_document(merged: Merged) -> tuple[Document | None, frozenset[Path]]:
    """Give the document, and the places of what was broken: left out, or a step that stands in."""
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
    # From the last item of a list to its first, so that none moves before it was looked at.
    for path in sorted(parts, key=_in_order, reverse=True):
        parent: Any = sound
        for part in path[:-1]:
            parent = parent[part] if _has(parent, part) else None
        if not path or not _has(parent, path[-1]):
            continue
        if _is_step(path):
            parent[path[-1]] = _stand_in(parent[path[-1]], path)
        elif path[:-1] == (_SECTION, "dependencies"):
            parent[path[-1]] = ""  # so that the others keep their places
        elif path != (_SECTION,):  # which lacks no more than its name, or nothing would be read
            del parent[path[-1]]
    sound[_SECTION] = _UNNAMED | sound[_SECTION]
    return sound


def _stand_in(step: object, path: Path) -> dict[str, Any]:
    """Keep the step's name, so that nobody who names it is told that there is no such step."""
    name = step.get("step_name") if isinstance(step, dict) else None
    try:
        known = _NAMES.validate_python(name)
    except ValidationError:
        known = f"step{path[-1]}"
    return {"step_name": known, "step_class": "Approve", "message": "stands in"}


def _smallest_part(path: Path) -> Path:
    """Give what must go for the rest to be sound: a whole step, a model without a list of them."""
    if path[:1] != (_SECTION,):
        return path
    if path[1:2] == ("models",):
        return path[:5] if len(path) > 4 else path[:3]  # noqa: PLR2004 - models, name, steps, index
    return path[:3] if path[1:2] in {("steps",), ("parameters",)} else path


def _is_step(path: Path) -> bool:
    return path[0] == _SECTION and "steps" in path[1:] and isinstance(path[-1], int)


def _in_order(path: Path) -> tuple[str, ...]:
    return tuple(f"{part:09d}" if isinstance(part, int) else part for part in path)


def _has(parent: Any, part: str | int) -> bool:  # noqa: ANN401 - part of the user's data
    if isinstance(parent, list):
        return isinstance(part, int) and part < len(parent)
    return isinstance(parent, dict) and part in parent
