"""JSONata expressions in what users write: `{% $steps.train.metrics.accuracy >= 0.8 %}`.

They know `$parameters`, `$steps.<name>` (the outputs of a step), `$run`, and inside of a ForEach
`$item` and `$index`. https://docs.jsonata.org
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

from trainwright.errors import InvalidRequestError
from trainwright.models.pipelines.written import is_expression

_STEP = re.compile(r"\$steps\s*\.\s*(?:`(?P<quoted>[^`]+)`|(?P<plain>[A-Za-z_]\w*))")
_VARIABLE = re.compile(r"\$(?P<name>[A-Za-z_]\w*)")
type Later = Callable[[str], bool]
"""Tells whether an expression cannot be evaluated yet."""

_MAX_MILLISECONDS = 2000
_MAX_DEPTH = 200


def expressions_in(value: object) -> Iterator[str]:
    """Give every expression in nested data."""
    if isinstance(value, str):
        if is_expression(value):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from expressions_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from expressions_in(item)


def steps_in(value: object) -> set[str]:
    """Give the names of the steps that the expressions in *value* read."""
    found = (match for text in expressions_in(value) for match in _STEP.finditer(text))
    return {match["quoted"] or match["plain"] for match in found}


def needs_the_run(text: str) -> bool:
    """Whether an expression reads a step or the run, and cannot be evaluated while planning."""
    return bool(_variables_of(text) & {"steps", "run"})


def needs_other_steps(text: str, known: Collection[str]) -> bool:
    """Whether an expression reads the run, or any step but those that are *known*."""
    names, steps = _variables_of(text), steps_in(text)
    return "run" in names or ("steps" in names and not steps) or not steps <= set(known)


def _variables_of(text: str) -> set[str]:
    return {match["name"] for match in _VARIABLE.finditer(text)}


def as_text(value: str) -> str:
    """Let *value*, if it is an expression, give the text of whatever it gives."""
    return f"{{% $string({value.strip()[2:-2].strip()}) %}}" if is_expression(value) else value


def as_texts(values: Mapping[str, str]) -> dict[str, str]:
    """Do so for every value: variables and arguments are texts, though steps give numbers."""
    return {name: as_text(value) for name, value in values.items()}


def syntax_error(text: str) -> str | None:
    """Say what is wrong with an expression, if it cannot even be parsed."""
    try:
        _compiled(text)
    except InvalidRequestError as error:
        return str(error)
    return None


def resolve(value: Any, variables: Mapping[str, Any], later: Later | None = None) -> Any:  # noqa: ANN401 - JSON
    """Evaluate the expressions in nested data, but for those that *later* leaves as they are.

    An InvalidRequestError names the expression that fails, or that gives nothing.
    """
    if is_expression(value):
        if later is not None and later(value):
            return value
        return evaluate(value, variables)
    if isinstance(value, Mapping):
        return {key: resolve(item, variables, later) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, variables, later) for item in value]
    return value


def evaluate(text: str, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Give the value of one expression."""
    _, failure = _engine()
    expression = _compiled(text)
    frame = expression.create_frame()
    frame.set_runtime_bounds(_MAX_MILLISECONDS, _MAX_DEPTH)
    for name, known in variables.items():
        frame.bind(name, known)
    try:
        value = expression.evaluate(None, frame)
    except (failure, RecursionError, TypeError, ValueError) as error:
        raise InvalidRequestError(f"{text}: {error}") from error
    if value is None:
        raise InvalidRequestError(f"{text} gives nothing{_hint(text, variables)}")
    # The library's own lists and numbers become plain ones.
    return json.loads(json.dumps(value))


def _compiled(text: str) -> Any:  # noqa: ANN401 - the library has no types
    engine, failure = _engine()
    try:
        return engine(text.strip()[2:-2].strip())
    except (failure, RecursionError) as error:
        raise InvalidRequestError(f"{text} is no JSONata: {error}") from error


@cache
def _engine() -> tuple[Any, type[Exception]]:
    """Import the library when there is an expression: most functions never see one."""
    from jsonata import Jsonata  # noqa: PLC0415 - see above
    from jsonata.jexception import JException  # noqa: PLC0415

    return Jsonata, JException


def _hint(text: str, variables: Mapping[str, Any]) -> str:
    steps = variables.get("steps", {})
    known = {name: sorted(steps[name]) for name in sorted(steps_in(text)) if name in steps}
    return "".join(f"; step '{name}' has {', '.join(keys)}" for name, keys in known.items())
