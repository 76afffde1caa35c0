"""JSON Schemas that users write, as functions that check a value."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from trainwright.errors import InvalidRequestError
from trainwright.models.message import JsonObject

# What the compiler stumbles over when a keyword's value is of a wrong type.
_STUMBLES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, re.error)


def compile_schema(schema: JsonObject) -> Callable[[Any], Any]:
    """Compile *schema*; an InvalidRequestError says why it is none.

    The function raises `fastjsonschema.JsonSchemaValueException`, a ValueError. A `$ref` must stay
    inside the schema: the compiler would open any file or URL that it names.
    """
    # Late: only a function that meets a schema should pay for this import.
    import fastjsonschema  # noqa: PLC0415

    for target in _references(schema):
        if not target.startswith("#"):
            raise InvalidRequestError(f"$ref must begin with '#', is {target!r}")
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
