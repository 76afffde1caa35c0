"""Start a run; the same event always starts the same one."""

from trainwright.logic.naming import run_of_request, run_of_upload
from trainwright.logic.ports import Executions
from trainwright.models.inbound import ObjectCreated, RunRequested, RunTrigger
from trainwright.models.message import JsonObject
from trainwright.models.states import StartedRun, Upload


def start_run(trigger: RunTrigger, *, executions: Executions) -> StartedRun:
    """Start the run of *trigger*, whatever is wrong with it: planning refuses in full."""
    event = trigger.root
    run, asked = _of_upload(event) if isinstance(event, ObjectCreated) else _of_request(event)
    arn, new = executions.start(run, asked)
    return StartedRun(run=run, execution=arn, duplicate=not new)


def _of_upload(event: ObjectCreated) -> tuple[str, JsonObject]:
    found = event.detail.object
    upload = Upload(bucket=event.detail.bucket.name, key=found.key, version=found.version_id)
    run = run_of_upload(upload, found.sequencer).id
    return run, {"run": run, "upload": upload.model_dump(), "request": None}


def _of_request(event: RunRequested) -> tuple[str, JsonObject]:
    run = run_of_request(event.detail, event.id).id
    return run, {"run": run, "upload": None, "request": event.detail}
