"""Holds data against a model: every difference at its line, with what would be right."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from trainwright.logic.pipelines.reading.annotations import (
    annotation_at,
    in_the_file,
    is_of_key,
    spellings,
)
from trainwright.logic.pipelines.reading.merging import Merged
from trainwright.logic.pipelines.reading.nodes import Path
from trainwright.logic.pipelines.reading.spelling import choice, nearest
from trainwright.logic.pipelines.reading.words import details_of, in_our_words
from trainwright.models.pipelines.written import Written


def validate[Model: Written](
    merged: Merged, path: Path, data: object, model: type[Model]
) -> Model | None:
    """Give *data*, found at *path*, as *model*; report everything that does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for where, message in _explained(error, model, merged, path):
            merged.report((*path, *where), message)
        return None


def _explained(
    error: ValidationError, model: type[Written], merged: Merged, path: Path
) -> Iterator[tuple[Path, str]]:
    found = (
        (*_explain(detail, model, merged, path), is_of_key(detail["loc"]))
        for detail in details_of(error)
    )
    for (where, _), tried in groupby(found, key=lambda it: (it[0], it[2])):
        for message in _either([message for _, message, _ in tried]):
            yield where, message


def _either(messages: Sequence[str]) -> Sequence[str]:
    """Join what is said of one value: each type that it may have complains for itself."""
    if not all(message.startswith("must be ") for message in messages):
        return messages
    parts = [message.removeprefix("must be ").partition("; found ") for message in messages]
    types = dict.fromkeys(wanted for wanted, _, _ in parts)
    if "a number" in types:
        types.pop("a whole number", None)
    _, mark, found = parts[0]
    return (f"must be {' or '.join(types)}{mark}{found}",)


def _explain(
    detail: ErrorDetails, model: type[Written], merged: Merged, path: Path
) -> tuple[Path, str]:
    where, kind = in_the_file(model, detail["loc"]), detail["type"]
    if kind == "extra_forbidden":
        known = spellings(annotation_at(model, detail["loc"][:-1]))
        return where, choice(str(where[-1]), known, "no key here")
    if kind == "missing":
        return _missing(where, merged, path)
    if kind == "union_tag_not_found" or _is_null(detail):
        return where, _no_class(detail["input"])
    if kind == "union_tag_invalid":
        context = detail.get("ctx", {})
        known = [name.strip(" '") for name in str(context.get("expected_tags", "")).split(",")]
        message = choice(str(context.get("tag", "")), known, "no step class")
        return (*where, "step_class"), message
    return where, in_our_words(detail)


def _is_null(detail: ErrorDetails) -> bool:
    """Whether a step's class is there, but without a value."""
    return detail["type"] == "union_tag_invalid" and detail["input"]["step_class"] is None


def _missing(where: Path, merged: Merged, path: Path) -> tuple[Path, str]:
    full = (*path, *where)
    unset = [name for at, name in merged.unset.items() if at[: len(full)] == full]
    if unset:
        return where, f"needs {unset[0]}, an environment variable that is not set"
    return where[:-1], f"lacks '{where[-1]}'"


def _no_class(step: object) -> str:
    written = [key for key in step if key != "step_class"] if isinstance(step, dict) else []
    meant = next((key for key in written if nearest(key, ["step_class"])), None)
    return f"lacks 'step_class'; is '{meant}' meant?" if meant else "lacks 'step_class'"
