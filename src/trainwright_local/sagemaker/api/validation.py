"""A request checked against its shape, refused with the words AWS uses."""

from collections.abc import Callable, Iterator

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from trainwright_local.sagemaker.api.errors import SerializationException, ValidationException
from trainwright_local.sagemaker.api.patterns import compiled
from trainwright_local.sagemaker.store import Json, Record

ACCEPTED: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float),
    "blob": (str, bytes),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


def validate(members: Record, shape: StructureShape) -> None:
    """Refuse *members* that break a rule of *shape*, naming every rule they break."""
    problems = list(_structure(members, shape, ""))
    if problems:
        noun = "error" if len(problems) == 1 else "errors"
        raise ValidationException(
            f"{len(problems)} validation {noun} detected: {'; '.join(problems)}"
        )


def _structure(value: Record, shape: StructureShape, path: str) -> Iterator[str]:
    for name in value:
        if name not in shape.members:
            yield f"Value at '{_below(path, name)}' failed to satisfy constraint: Unknown member"
    for name in shape.required_members:
        if value.get(name) is None:
            yield _problem(None, _below(path, name), "Member must not be null")
    if shape.is_tagged_union and len(value) != 1:
        yield _problem(value, path, "Exactly one member must be set")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _value(value[name], member, _below(path, name))


def _value(value: Json, shape: Shape, path: str) -> Iterator[str]:
    _check_type(value, shape, path)
    constraints = _broken(value, shape)
    shown = "*" * 8 if shape.metadata.get("sensitive") else value
    yield from (_problem(shown, path, constraint) for constraint in constraints)
    yield from INSIDE.get(shape.type_name, _nothing)(value, shape, path)


def _list(value: list[Json], shape: ListShape, path: str) -> Iterator[str]:
    for number, item in enumerate(value, 1):
        yield from _value(item, shape.member, f"{path}.{number}.member")


def _map(value: Record, shape: MapShape, path: str) -> Iterator[str]:
    for key, item in value.items():
        _check_type(item, shape.value, f"{path}.{key}")
        for part, rules in (
            ("keys", _broken(key, shape.key)),
            ("value", _broken(item, shape.value)),
        ):
            if rules:
                yield _problem(value, path, f"Map {part} must satisfy constraint: [{rules[-1]}]")
        yield from INSIDE.get(shape.value.type_name, _nothing)(item, shape.value, f"{path}.{key}")


def _nothing(_value: Json, _shape: Json, _path: str) -> Iterator[str]:
    return iter(())


INSIDE: dict[str, Callable[[Json, Json, str], Iterator[str]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}


def _check_type(value: Json, shape: Shape, path: str) -> None:
    accepted = ACCEPTED[shape.type_name]
    wrong_bool = isinstance(value, bool) and bool not in accepted
    if wrong_bool or not isinstance(value, accepted):
        kind = shape.type_name.capitalize()
        raise SerializationException(f"Value '{_shown(value)}' at '{path}' is not a {kind}.")


def _broken(value: Json, shape: Shape) -> list[str]:
    rules = shape.metadata
    number = isinstance(value, int | float)
    size, word = (value, "value") if number else (_length(value), "length")
    broken = []
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        broken.append(f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    if size is not None and "max" in rules and size > float(rules["max"]):
        broken.append(f"Member must have {word} less than or equal to {rules['max']}")
    if size is not None and "min" in rules and size < float(rules["min"]):
        broken.append(f"Member must have {word} greater than or equal to {rules['min']}")
    pattern = rules.get("pattern") and compiled(rules["pattern"])
    if pattern and isinstance(value, str) and not pattern.fullmatch(value):
        broken.append(f"Member must satisfy regular expression pattern: {rules['pattern']}")
    return broken


def _length(value: Json) -> int | None:
    return len(value) if isinstance(value, str | bytes | list | dict) else None


def _problem(value: Json, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{_shown(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: Json) -> str:
    """Write a value as Java prints it, which is how AWS quotes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _below(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{path}.{member}" if path else member
