"""Walks along the types of a model as pydantic's error locations do."""

from collections.abc import Iterable, Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from trainwright.logic.pipelines.reading.nodes import Path

_KEY = "[key]"
"""Follows a key that is wrong itself."""

type Location = Sequence[str | int]
"""The `loc` of an error: like a path in the file, with the members of unions in between."""


def in_the_file(model: type[BaseModel], location: Location) -> Path:
    """Leave out of *location* what is not in the file: which member of a union was tried."""
    path: list[str | int] = []
    here: Any = model
    for part in location:
        if part == _KEY:
            continue
        if (chosen := _tagged(here, part)) is not None:
            here = chosen
        else:
            path.append(part)
            here = _below(here, part)
    return tuple(path)


def is_of_key(location: Location) -> bool:
    """Whether the error is of a key itself, not of what stands there."""
    return _KEY in location


def annotation_at(model: type[BaseModel], location: Location) -> Any:  # noqa: ANN401 - a type
    """Give the type at *location*, None where it is not known."""
    here: Any = model
    for part in location:
        chosen = _tagged(here, part)
        here = chosen if chosen is not None else _below(here, part)
    return here


def spellings(annotation: Any) -> list[str]:  # noqa: ANN401 - a type
    """List the keys that the models in *annotation* have, as the file spells them."""
    return [
        field.alias or name
        for model in _models(annotation)
        for name, field in model.model_fields.items()
    ]


def _below(here: Any, part: str | int) -> Any:  # noqa: ANN401 - a type
    """Give the type of what is under the key or the index *part*."""
    for member in _members(here):
        if _is_model(member):
            for name, field in member.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation
        elif get_origin(member) is dict and isinstance(part, str):
            return get_args(member)[1]
        elif get_origin(member) in {list, tuple} and isinstance(part, int):
            return get_args(member)[0]
    return None


def _tagged(here: Any, part: str | int) -> Any:  # noqa: ANN401 - a type
    """Give the member of a union that *part* stands for: a class of steps, or a plain type."""
    members = list(_members(here))
    if len(members) < 2:  # noqa: PLR2004 - one is no union
        return None
    for member in members:
        if _is_model(member):
            tag = member.model_fields.get("step_class")
            if tag is not None and part in get_args(tag.annotation):
                return member
        elif part == getattr(member, "__name__", ""):
            return member
    return None


def _members(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Give what *annotation* may be, without its metadata."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _models(annotation: Any) -> Iterable[type[BaseModel]]:  # noqa: ANN401 - a type
    return (member for member in _members(annotation) if _is_model(member))


def _is_model(candidate: Any) -> bool:  # noqa: ANN401 - a type
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)
