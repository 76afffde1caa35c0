"""Holds data against a model: every difference at its line, with what would be right."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from trainwright.logic.pipelines.reading.annotations import annotation_at, in_the_file, spellings
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.spelling import choice, nearest
from trainwright.models.pipelines.written import Written

_WORDS = (
    ("Input should be a valid tuple", "must be a list"),
    ("Input should be", "must be"),
    (", unable to interpret input", ""),
    ("Tuple should have at least 1 item after validation, not 0", "must not be empty"),
    ("String should match pattern", "must match"),
)


def validate[Model: Written](
    merged: Merged, path: Path, data: object, model: type[Model]
) -> Model | None:
    """Give *data*, found at *path*, as *model*; report everything that does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where, message = _explain(detail, model, merged, path)
            merged.report((*path, *where), message)
        return None


def _explain(
    detail: ErrorDetails, model: type[Written], merged: Merged, path: Path
) -> tuple[Path, str]:
    where, kind = in_the_file(model, detail["loc"]), detail["type"]
    if kind == "extra_forbidden":
        known = spellings(annotation_at(model, detail["loc"][:-1]))
        return where, choice(str(where[-1]), known, "no key here")
    if kind == "missing":
        return _missing(where, merged, path)
    if kind == "union_tag_not_found":
        return where, _no_class(detail["input"])
    if kind == "union_tag_invalid":
        context = detail.get("ctx", {})
        known = [name.strip(" '") for name in str(context.get("expected_tags", "")).split(",")]
        message = choice(str(context.get("tag", "")), known, "no step class")
        return (*where, "step_class"), message
    return where, _reworded(detail)


def _missing(where: Path, merged: Merged, path: Path) -> tuple[Path, str]:
    full = (*path, *where)
    unset = [name for at, name in merged.unset.items() if at[: len(full)] == full]
    if unset:
        return where, f"needs {unset[0]}, an environment variable that is not set"
    return where[:-1], f"lacks '{where[-1]}'"


def _no_class(step: object) -> str:
    written = list(step) if isinstance(step, dict) else []
    meant = next((key for key in written if nearest(key, ["step_class"])), None)
    return f"lacks 'step_class'; is '{meant}' meant?" if meant else "lacks 'step_class'"


def _reworded(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    found: Any = detail["input"]
    for theirs, ours in _WORDS:
        message = message.replace(theirs, ours)
    if detail["type"] == "value_error" or isinstance(found, dict | list | tuple):
        return message
    return f"{message}; found {found!r}"
