"""JSON Schemas that users write, as functions that check a value."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from trainwright.errors import InvalidRequestError
from trainwright.models.message import JsonObject

# Of dialects later than draft 7: the compiler would pass over them in silence.
_LATER = {
    "prefixItems": "write `items: [...]`",
    "dependentRequired": "write `dependencies`",
    "dependentSchemas": "write `dependencies`",
    "minContains": "draft 7 has only `contains`",
    "maxContains": "draft 7 has only `contains`",
    "unevaluatedItems": "write `additionalItems`",
    "unevaluatedProperties": "write `additionalProperties`",
}
_NAMES = {"properties", "patternProperties", "definitions", "$defs", "dependencies"}
_VALUES = {"const", "enum", "default", "examples"}

# What the compiler stumbles over when a keyword's value is of a wrong type.
_STUMBLES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, re.error)


def compile_schema(schema: JsonObject) -> Callable[[Any], Any]:
    """Compile *schema*, of draft 7; an InvalidRequestError says why it is none.

    The function raises `fastjsonschema.JsonSchemaValueException`, a ValueError. A `$ref` must stay
    inside the schema: the compiler would open any file or URL that it names.
    """
    # Late: only a function that meets a schema should pay for this import.
    import fastjsonschema  # noqa: PLC0415

    for target in _references(schema):
        if not target.startswith("#"):
            raise InvalidRequestError(f"$ref must begin with '#', is {target!r}")
    for keyword in _keywords(schema):
        if keyword in _LATER:
            raise InvalidRequestError(f"'{keyword}' is not of draft 7: {_LATER[keyword]}")
    try:
        check: Callable[[Any], Any] = fastjsonschema.compile(schema, use_default=False)
    except _STUMBLES as error:
        raise InvalidRequestError(f"is no JSON Schema: {error}") from error
    return check


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield str(node["$ref"])
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _keywords(node: object) -> Iterator[str]:
    """Give every keyword; the names of properties and the values of constants are none."""
    if isinstance(node, list):
        for item in node:
            yield from _keywords(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            if key in _NAMES and isinstance(value, dict):
                yield from _keywords(list(value.values()))
            elif key not in _VALUES:
                yield from _keywords(value)
