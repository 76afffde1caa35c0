"""The user's settings: `run.yaml` as text, a request on the bus, or none."""

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
        return RunSettings.model_validate(read_yaml(text) or {}, strict=False)
    except InvalidRequestError as error:
        problems.append(Problem(field="run.yaml", message=str(error)))
    except ValidationError as error:
        problems.extend(Problem.from_validation(error, within="run.yaml"))
    return RunSettings()


def read_request(request: JsonObject, problems: list[Problem]) -> tuple[Location, RunSettings]:
    """Parse a request; where it is wrong, what is needed to refuse it is made of what there is."""
    try:
        asked = RunRequest.model_validate(request)
    except ValidationError as error:
        problems.extend(Problem.from_validation(error))
        names = {name: str(request.get(name, "")) for name in ("algorithm", "model")}
        return Location(**names, data=S3Place(bucket="", key="")), RunSettings()
    data = S3Place.from_uri(asked.data.rstrip("/") + "/")
    return Location(algorithm=asked.algorithm, model=asked.model, data=data), asked.settings
