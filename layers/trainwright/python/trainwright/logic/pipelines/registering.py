"""A published pipeline: whether it is sound, and what starts it from now on.

What starts runs belongs to the pipeline's file, so each upload sets all of it anew: a schedule, a
rule for events and one for data, each under a name of its own, and none where none is asked for, or
where the file was deleted. A file with problems changes nothing but `registration.json` beside it.
"""

import hashlib
import json
import re
from typing import NamedTuple, Protocol

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.reading.definition import read_pipeline
from trainwright.logic.pipelines.running.begin_run import misnamed, stack_values
from trainwright.logic.pipelines.running.ports import Pipelines, Store
from trainwright.models.account import Account
from trainwright.models.inbound import ObjectCreated
from trainwright.models.message import JsonObject, Problem
from trainwright.models.pipelines.bundle import Bundle
from trainwright.models.pipelines.document import Schedule, Triggers
from trainwright.models.pipelines.states import RegisteredPipeline
from trainwright.models.storage import S3Place

_KEY = re.compile(r"pipelines/(?P<name>[^/]+)/(pipeline\.json|conf\.yaml)")
_MAX_NAME = 64
_MARKER = "_SUCCESS"


class Starters(Protocol):
    """What starts runs by itself: each by a name, and gone where it is None."""

    def schedule(self, name: str, schedule: Schedule | None, request: JsonObject) -> None:
        """Start a run with *request* whenever *schedule* says."""

    def rule(self, name: str, pattern: JsonObject | None, request: JsonObject) -> None:
        """Start a run with *request* for each event of the default bus that fits *pattern*."""


class Registering(NamedTuple):
    """The ports of registering."""

    pipelines: Pipelines
    store: Store
    starters: Starters
    account: Account


def register_pipeline(upload: ObjectCreated, ports: Registering) -> RegisteredPipeline:
    """Put what starts the pipeline in force, or write what is wrong with it.

    The event only says where to look: what was deleted is not there, and nothing starts it.
    """
    match = _KEY.fullmatch(upload.detail.object.key)
    if match is None:
        return RegisteredPipeline(name=upload.detail.object.key, triggers=(), problems=())
    name = match["name"]
    try:
        triggers, problems = _read(name, ports.pipelines.bundle(name), ports.account)
    except InvalidRequestError as error:
        triggers, problems = Triggers(), [Problem(field="pipeline.json", message=str(error))]
    kept: tuple[str, ...] = ()
    if not problems:
        try:
            kept = _start_by(name, triggers, ports)
        except InvalidRequestError as error:
            problems = [Problem(field="triggers", message=str(error))]
    registered = RegisteredPipeline(name=name, triggers=kept, problems=tuple(problems))
    body = json.dumps(registered.model_dump(mode="json"), indent=1).encode()
    place = f"s3://{upload.detail.bucket.name}/pipelines/{name}/registration.json"
    ports.store.write(place, body, "application/json")
    return registered


def _read(name: str, bundle: Bundle | None, account: Account) -> tuple[Triggers, list[Problem]]:
    if bundle is None:
        return Triggers(), []
    files = [(file.name, file.text) for file in bundle.files]
    reading = read_pipeline(files, {**stack_values(account), **bundle.values})
    problems = [
        Problem(field=f"{it.file}:{it.line}:{it.column} {it.key}", message=it.message)
        for it in reading.findings
    ]
    if reading.definition is None:
        return Triggers(), problems
    problems += misnamed(reading.definition, name)
    return reading.definition.pipeline.triggers, problems


def _start_by(name: str, triggers: Triggers, ports: Registering) -> tuple[str, ...]:
    """Set all that starts the pipeline; give the names of what is in force."""
    patterns = {
        "data": _uploads(triggers.data) if triggers.data else None,
        "event": triggers.event_pattern,
    }
    kept = []
    for kind, pattern in patterns.items():
        rule = _named(ports.account.stack, name, kind)
        ports.starters.rule(rule, pattern, {"pipeline": name, "cause": f"its {kind} trigger"})
        kept += [rule] if pattern else []
    schedule = _named(ports.account.stack, name, "time")
    request = {"pipeline": name, "cause": "its schedule"}
    ports.starters.schedule(schedule, triggers.schedule, request)
    return (*kept, *([schedule] if triggers.schedule else []))


def _uploads(prefixes: tuple[str, ...]) -> JsonObject:
    """Match the markers below *prefixes*."""
    places = [S3Place.from_uri(prefix) for prefix in prefixes]
    keys = [{"wildcard": f"{place.key.rstrip('/')}/*{_MARKER}"} for place in places]
    keys += [{"wildcard": f"{place.key.rstrip('/')}/{_MARKER}"} for place in places]
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": sorted({place.bucket for place in places})},
            "object": {"key": keys},
        },
    }


def _named(stack: str, pipeline: str, kind: str) -> str:
    """Name what starts a pipeline; a name that is too long is cut and told apart by a digest."""
    name = f"{stack}-pipeline-{pipeline}-{kind}"
    if len(name) <= _MAX_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _MAX_NAME - 9]}-{digest}"
