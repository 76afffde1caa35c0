"""Where an upload lies: `incoming/<algorithm>/<model>/[<channel>/]<marker>`."""

from pydantic import TypeAdapter, ValidationError

from trainwright.models.message import Message, Problem
from trainwright.models.names import AlgorithmName, ModelName
from trainwright.models.states import Upload
from trainwright.models.storage import S3Place

ROOT = "incoming"
SETTINGS = "run.yaml"
MARKERS = ("_SUCCESS", SETTINGS)
REFUSAL = "refused.json"
"""What we write beside a refused upload."""

_NAMES = (("algorithm", TypeAdapter(AlgorithmName)), ("model", TypeAdapter(ModelName)))
_SHAPES = (4, 5)  # parts of the key of a marker of the model, and of one of a channel


class Location(Message):
    """What a run is about, and the prefix that holds a folder for each of its channels."""

    algorithm: str
    model: str
    data: S3Place | None


def settings_beside(data: S3Place) -> S3Place:
    """Give the place of `run.yaml`, whether it is there or not."""
    return S3Place(bucket=data.bucket, key=data.key + SETTINGS)


def locate_upload(upload: Upload, problems: list[Problem]) -> Location:
    """Read the location of *upload* from its key."""
    parts = upload.key.split("/")
    _, algorithm, model, *_ = [*parts, "", "", ""]
    if len(parts) not in _SHAPES or (len(parts) == _SHAPES[1] and parts[-1] == SETTINGS):
        shape = f"{ROOT}/<algorithm>/<model>/[<channel>/]{MARKERS[0]} or .../<model>/{SETTINGS}"
        problems.append(Problem(field="key", message=f"must be {shape}, is {upload.key!r}"))
    check_segments("key", upload.key, problems)
    for (field, names), value in zip(_NAMES, (algorithm, model), strict=True):
        _check_name(field, names, value, problems)
    prefix = "/".join(parts[:3]) + "/"
    return Location(
        algorithm=algorithm, model=model, data=S3Place(bucket=upload.bucket, key=prefix)
    )


def check_segments(field: str, key: str, problems: list[Problem]) -> None:
    """Refuse a *key* that would leave its folder once it is a path."""
    if any(part in {".", ".."} for part in key.split("/")):
        problems.append(Problem(field=field, message=f"must not contain './' or '../': {key!r}"))


def is_data(path: str) -> bool:
    """Tell data from markers and bookkeeping, as Spark and Hadoop write them, and from our own."""
    if path.rpartition("/")[2].startswith(("_", ".")):
        return False
    return path.partition("/")[0] not in {SETTINGS, REFUSAL}


def _check_name(field: str, names: TypeAdapter[str], value: str, problems: list[Problem]) -> None:
    try:
        names.validate_python(value)
    except ValidationError:
        alphabet = "a-z, 0-9 and " + ("_" if field == "algorithm" else "-")
        message = f"must be made of {alphabet}, beginning with a letter, at most 40; is {value!r}"
        problems.append(Problem(field=field, message=message))
