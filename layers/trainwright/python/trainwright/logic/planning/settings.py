"""The user's settings: `run.yaml` as text, a request on the bus, or none."""

import copy
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from trainwright.errors import InvalidRequestError
from trainwright.logic.planning.location import Location
from trainwright.logic.yaml_text import read_yaml
from trainwright.models.message import JsonObject, Problem
from trainwright.models.request import RunRequest, RunSettings
from trainwright.models.storage import S3Place

MAX_CHARACTERS = 100_000


def read_settings(text: str | None, problems: list[Problem]) -> RunSettings:
    """Parse *text*; an empty file or none gives the defaults."""
    if text is None:
        return RunSettings()
    if len(text) > MAX_CHARACTERS:
        message = f"has {len(text):,} characters; {MAX_CHARACTERS:,} are the most"
        problems.append(Problem(field="run.yaml", message=message))
        return RunSettings()
    try:
        found = read_yaml(text) or {}
    except InvalidRequestError as error:
        problems.append(Problem(field="run.yaml", message=str(error)))
        return RunSettings()
    return _validate(found, problems)


def _validate(found: object, problems: list[Problem]) -> RunSettings:
    """Validate what YAML gave; what is wrong is left out, so that the rest is looked at too."""
    try:
        return RunSettings.model_validate(found)
    except ValidationError as error:
        problems.extend(Problem.from_validation(error, within="run.yaml"))
        wrong = [detail["loc"] for detail in error.errors(include_url=False)]
    if not isinstance(found, dict):
        return RunSettings()
    try:
        return RunSettings.model_validate(_without(found, wrong))
    except ValidationError:  # what was left out is missed elsewhere; its problem is known already
        return RunSettings()


def _without(found: JsonObject, places: Iterable[tuple[Any, ...]]) -> JsonObject:
    """Copy *found* without what lies at *places*: the innermost key of each that is there."""
    rest: JsonObject = copy.deepcopy(found)
    for place in places:
        parent, key = rest, place[0]
        for deeper in place[1:]:
            inner = parent.get(key)
            if not isinstance(inner, dict) or deeper not in inner:
                break
            parent, key = inner, deeper
        parent.pop(key, None)
    return rest


def read_request(request: JsonObject, problems: list[Problem]) -> tuple[Location, RunSettings]:
    """Parse a request; where it is wrong, what is needed to refuse it is made of what there is."""
    try:
        asked = RunRequest.model_validate(request)
    except ValidationError as error:
        problems.extend(Problem.from_validation(error))
        names = {name: str(request.get(name, "")) for name in ("algorithm", "model")}
        right = not any(problem.field == "data" for problem in problems)
        return Location(**names, data=_place(request.get("data") if right else None)), RunSettings()
    data = _place(asked.data)
    return Location(algorithm=asked.algorithm, model=asked.model, data=data), asked.settings


def _place(uri: str | None) -> S3Place | None:
    return S3Place.from_uri(uri.rstrip("/") + "/") if uri else None
