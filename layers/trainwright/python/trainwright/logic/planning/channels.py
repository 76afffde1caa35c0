"""The channels of a data set: which of the manifest's are there, and with which objects."""

from collections.abc import Iterable, Mapping

from trainwright.logic.planning.hyperparameters import suggestion
from trainwright.logic.planning.location import check_segments, is_data
from trainwright.models.manifest import Channel
from trainwright.models.message import Problem
from trainwright.models.storage import S3Place, StoredObject

type FoundChannels = dict[str, S3Place]
"""The first object of each channel that has any."""


def find_channels(
    known: Mapping[str, Channel],
    data: S3Place,
    objects: Iterable[StoredObject],
    problems: list[Problem],
) -> FoundChannels:
    """Sort *objects* below *data* into the *known* channels; empty and hidden ones do not count."""
    found: FoundChannels = {}
    strangers: dict[str, Problem] = {}
    for item in objects:
        check_segments("data", item.key, problems)
        path = item.key.removeprefix(data.key)
        folder, slash, _ = path.partition("/")
        if item.size == 0 or not is_data(path):
            continue
        if not slash:
            strangers[folder] = _outside(folder)
        elif folder not in known:
            strangers[folder] = _unknown(folder, known)
        else:
            found.setdefault(folder, S3Place(bucket=data.bucket, key=item.key))
    problems.extend(strangers.values())
    problems.extend(_missing(known, found, data))
    return found


def _outside(name: str) -> Problem:
    return Problem(field="data", message=f"{name!r} lies outside the folder of a channel")


def _unknown(channel: str, known: Mapping[str, Channel]) -> Problem:
    return Problem(field=f"channels.{channel}", message=f"is unknown; {suggestion(channel, known)}")


def _missing(
    known: Mapping[str, Channel], found: FoundChannels, data: S3Place
) -> Iterable[Problem]:
    for name, channel in known.items():
        if channel.required and name not in found:
            message = f"is required, and there is no data in {data.uri}{name}/"
            yield Problem(field=f"channels.{name}", message=message)
