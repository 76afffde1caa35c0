"""Names derived from the event that started a run, so that the same event always gives the same."""

import hashlib
import re

from trainwright.models.message import JsonObject
from trainwright.models.plan import RunRef
from trainwright.models.states import Upload

MAX_NAME = 63
"""Longest name of a SageMaker job, model or endpoint."""

_DIGEST = 12
_UNKNOWN_MODEL = "upload"


def run_id(model: str, *identity: str) -> str:
    """Name the run that *identity* asks for; a *model* that is no name is replaced."""
    digest = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:_DIGEST]
    slug = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-")[:40] or _UNKNOWN_MODEL
    return f"{slug}-{digest}"


def run_of_upload(upload: Upload, sequencer: str) -> RunRef:
    """Name the run of an uploaded marker; S3's *sequencer* tells two uploads of one key apart."""
    parts = upload.key.split("/")
    algorithm, model = (parts[1], parts[2]) if len(parts) > 3 else ("", "")  # noqa: PLR2004
    name = run_id(model, upload.bucket, upload.key, upload.version, sequencer)
    return RunRef(id=name, model=model, algorithm=algorithm)


def run_of_request(request: JsonObject, event_id: str) -> RunRef:
    """Name the run of a request, right or wrong, by its own token or else by its event."""
    model, algorithm = str(request.get("model", "")), str(request.get("algorithm", ""))
    name = run_id(model, algorithm, model, str(request.get("token") or event_id))
    return RunRef(id=name, model=model, algorithm=algorithm)


def job_name(stack: str, run: RunRef) -> str:
    """Name the training job, the model and the endpoint configuration of *run*."""
    return f"{stack}-{run.id}"


def endpoint_name(stack: str, model: str) -> str:
    """Name the endpoint and the model package group of *model*."""
    return f"{stack}-{model}"
