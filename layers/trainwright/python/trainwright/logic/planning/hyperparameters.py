"""Hyperparameters: `manifest defaults | user's settings`, each held against its specification."""

import json
from collections.abc import Mapping
from difflib import get_close_matches

from trainwright.models.hyperparameter import Hyperparameter, Value
from trainwright.models.message import Problem


def merge_hyperparameters(
    known: Mapping[str, Hyperparameter], given: Mapping[str, Value], problems: list[Problem]
) -> dict[str, Value]:
    """Fill what was not *given* with the defaults; what has neither is left out."""
    for name, value in given.items():
        if complaint := _complaint(name, value, known):
            problems.append(Problem(field=f"hyperparameters.{name}", message=complaint))
    defaults = {name: spec.default for name, spec in known.items() if spec.default is not None}
    return defaults | dict(given)


def _complaint(name: str, value: Value, known: Mapping[str, Hyperparameter]) -> str | None:
    if spec := known.get(name):
        return spec.complaint(value)
    return f"is unknown; {suggestion(name, known)}"


def suggestion(name: str, known: Mapping[str, object]) -> str:
    """Name what may have been meant by *name*, or else all there is."""
    if close := get_close_matches(name, known, n=1):
        return f"did you mean '{close[0]}'?"
    return f"known are {', '.join(sorted(known)) or 'none'}"


def as_strings(values: Mapping[str, Value], *, script: bool) -> dict[str, str]:
    """Write *values* as SageMaker takes them: JSON for the toolkit of a script's image.

    Source: https://github.com/aws/sagemaker-training-toolkit, `mapping.to_cmd_args`.
    """
    write = json.dumps if script else _plain
    return {name: write(value) for name, value in values.items()}


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else json.dumps(value)
