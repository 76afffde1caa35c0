"""Whether an algorithm can do what a run asks of it: not every one can be trained, or served."""

from collections.abc import Iterable, Iterator

from trainwright.logic.planning.draft import Draft
from trainwright.logic.planning.location import is_data
from trainwright.logic.planning.ports import DataSets
from trainwright.models.message import Problem
from trainwright.models.storage import S3Place, StoredObject

_OF_TRAINING = ("hyperparameters", "training", "gate")
"""The settings of a run that only training knows."""


def check_capabilities(draft: Draft, data_sets: DataSets) -> Iterator[Problem]:
    """Say what the run asks for and the algorithm cannot do."""
    manifest = draft.algorithm.manifest
    can = " and ".join(manifest.capabilities)
    if manifest.train:
        return
    if not manifest.infer:
        message = f"'{manifest.name}' can only {can}: there is nothing to train or to deploy"
        yield Problem(field="algorithm", message=message)
        return
    reason = f"'{manifest.name}' can only {can}, it cannot be trained"
    if draft.data and (channels := sorted(_channels(draft.data, data_sets.objects(draft.data)))):
        message = f"{reason}: take the data away ({', '.join(channels)}), run.yaml alone is enough"
        yield Problem(field="data", message=message)
    for name in _OF_TRAINING:
        if name in draft.settings.model_fields_set:
            yield Problem(field=name, message=reason)


def _channels(data: S3Place, objects: Iterable[StoredObject]) -> set[str]:
    names = (item.key.removeprefix(data.key) for item in objects if item.size)
    return {name.partition("/")[0] for name in names if is_data(name)}
