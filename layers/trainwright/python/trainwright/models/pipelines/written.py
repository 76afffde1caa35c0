"""The base of what users write in a `conf.yaml`, and the values that may stand in it."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from trainwright.models.message import Message
from trainwright.models.names import InstanceType

_EXPRESSION = re.compile(r"\s*\{%.*%\}\s*", re.DOTALL)
_MAX_NAME = 256


class Written(Message):
    """A mapping that a user writes: closed, its keys spelt as in the file.

    A key without a value is one that was left out, as in the files that exist.
    """

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, data: object) -> object:
        if not isinstance(data, dict) or None not in data.values():
            return data
        own = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: it for key, it in data.items() if it is not None or key not in own}


def is_expression(value: object) -> bool:
    """Whether *value* is a JSONata expression, `{% ... %}`, to be evaluated when it is needed."""
    # Nearly nothing that is asked about has a brace, and looking for it costs less than matching.
    return isinstance(value, str) and "{%" in value and _EXPRESSION.fullmatch(value) is not None


class OrExpression:
    """Annotation of a field: its own type, or an expression that gives such a value later."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let expressions pass."""
        as_it_is = core_schema.plain_serializer_function_ser_schema(lambda value: value)
        return core_schema.no_info_wrap_validator_function(
            _let_pass, handler(source), serialization=as_it_is
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors of both."""
        own = handler(schema)
        return {"anyOf": [own, {"type": "string", "pattern": r"^\s*\{%[\s\S]*%\}\s*$"}]}


def _let_pass(value: object, validate: Callable[[object], object]) -> object:
    return value if is_expression(value) else validate(value)


def _as_flag(value: object) -> object:
    """Read the `"True"` and `"False"` of files whose reader compared texts."""
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    return value


def _as_list(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _as_sequence(value: object) -> object:
    return [value] if isinstance(value, str) else value


def as_channels(value: object) -> object:
    """Read a channel's name alone, or a channel without a value, as an empty channel."""
    if isinstance(value, str):
        return {value: {}}
    if isinstance(value, dict):
        return {name: {} if channel is None else channel for name, channel in value.items()}
    return value


def _as_texts(value: object) -> object:
    """Read numbers and flags among variables as the texts that a container gets."""
    if not isinstance(value, dict):
        return value
    return {name: _as_text(item) for name, item in value.items()}


def _as_list_of_texts(value: object) -> object:
    return [_as_text(item) for item in value] if isinstance(value, list | tuple) else value


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def as_tags(value: object) -> object:
    """Read a list of `{Key, Value}` as a mapping."""
    if isinstance(value, list) and all(
        isinstance(tag, dict) and set(tag) == {"Key", "Value"} for tag in value
    ):
        return {tag["Key"]: tag["Value"] for tag in value}
    return value


Flag = Annotated[bool, BeforeValidator(_as_flag, json_schema_input_type=bool | str)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_sequence, json_schema_input_type=Any)]
"""One name, or a list of them."""

Identifiers = Annotated[tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=Any)]
"""A list, or one text with commas, as environment variables have it."""

InstanceTypes = Annotated[
    tuple[Annotated[InstanceType, OrExpression()], ...],
    Field(min_length=1),
    BeforeValidator(_as_sequence, json_schema_input_type=Any),
]
"""One type, or a ladder: the next is tried when there is no capacity for the one before."""

Text = Annotated[str, Field(min_length=1), OrExpression()]
Arguments = Annotated[
    tuple[Text, ...],
    BeforeValidator(_as_list_of_texts, json_schema_input_type=list[str | float | bool]),
]
"""What a script is called with: texts, as which numbers and flags are written too."""

Count = Annotated[int, Field(ge=1, le=100), OrExpression()]
Seconds = Annotated[int, Field(ge=60, le=2_419_200), OrExpression()]
Gigabytes = Annotated[int, Field(ge=1, le=16384), OrExpression()]
Megabytes = Annotated[int, Field(ge=0, le=100), OrExpression()]
Variables = Annotated[
    dict[str, Annotated[str, OrExpression()]],
    BeforeValidator(_as_texts, json_schema_input_type=dict[str, Any]),
]
StepName = Annotated[str, Field(pattern=r"^[A-Za-z0-9](-*[A-Za-z0-9])*$", max_length=_MAX_NAME)]
"""Name of a step, as SageMaker Pipelines accepts it."""

PipelineName = Annotated[str, Field(pattern=r"^[A-Za-z0-9](-*[A-Za-z0-9]){0,79}$")]
"""Name of a pipeline; also a folder in the bucket and a part of names."""
