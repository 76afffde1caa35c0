"""What a manifest says of one hyperparameter, and whether a value fits."""

import math
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, FiniteFloat, model_validator

from trainwright.models.message import Message

type Value = bool | int | float | str
"""What a hyperparameter may be; SageMaker itself knows only strings."""


def _is_single(value: object) -> object:
    if not isinstance(value, bool | int | float | str):
        raise ValueError(f"must be a text, a number, true or false; is {value!r:.60}")
    return value


GivenValue = Annotated[Value, BeforeValidator(_is_single)]
"""A value from outside, which may be anything."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


class Hyperparameter(Message):
    """Type, default and range of one hyperparameter."""

    type: Literal["string", "integer", "number", "boolean"]
    default: Value | None = None
    """Without one the script gets no value unless the run gives it."""
    description: str
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    choices: tuple[Value, ...] = ()
    """The only values allowed."""

    @model_validator(mode="after")
    def _can_have_a_value(self) -> Self:
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type not in {"integer", "number"}:
            raise ValueError(f"a {self.type} has neither a minimum nor a maximum")
        if bounds != sorted(bounds):
            raise ValueError(f"minimum {self.minimum:.15g} is above maximum {self.maximum:.15g}")
        for choice in self.choices:
            if wrong := self.complaint(choice):
                raise ValueError(f"choice {wrong}")
        return self

    @model_validator(mode="after")
    def _default_fits(self) -> Self:
        if self.default is not None and (wrong := self.complaint(self.default)):
            raise ValueError(f"default {wrong}")
        return self

    def complaint(self, value: object) -> str | None:
        """Say why *value* does not fit, or None if it does."""
        is_bool_by_accident = isinstance(value, bool) and self.type != "boolean"
        if is_bool_by_accident or not isinstance(value, _TYPES[self.type]):
            article = "an" if self.type == "integer" else "a"
            return f"must be {article} {self.type}, is {value!r}"
        if isinstance(value, float) and not math.isfinite(value):
            return f"must be a finite number, is {value!r}"
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(map(repr, self.choices))}, is {value!r}"
        if isinstance(value, int | float) and not self._in_range(value):
            return f"must be {self._range()}, is {value!r}"
        return None

    def _in_range(self, value: float) -> bool:
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)

    def _range(self) -> str:
        bounds = ((self.minimum, "at least"), (self.maximum, "at most"))
        return " and ".join(f"{words} {bound:.15g}" for bound, words in bounds if bound is not None)
