"""Starts a run; the same event always starts the same one."""

import re

from trainwright.logic.pipelines.running.names import execution_input, pipeline_run
from trainwright.logic.pipelines.running.ports import Launcher
from trainwright.models.inbound import ObjectCreated
from trainwright.models.pipelines.inbound import PipelineRequested, PipelineTrigger
from trainwright.models.pipelines.states import StartedPipeline

_FILE = re.compile(r"pipelines/(?P<name>[^/]+)/conf\.yaml")


def start_pipeline(trigger: PipelineTrigger, *, launcher: Launcher) -> StartedPipeline:
    """Start the run of *trigger*, whatever is wrong with it: planning refuses in full."""
    event = trigger.root
    if isinstance(event, PipelineRequested):
        return _asked_for(event, launcher)
    return _uploaded(event, launcher)


def _asked_for(event: PipelineRequested, launcher: Launcher) -> StartedPipeline:
    asked = event.detail
    ref = pipeline_run(asked.pipeline, asked.token or event.id)
    request = execution_input(ref, asked.parameters, asked.cause or "a request on the bus")
    execution, new = launcher.start_pipeline(ref.run, request)
    return StartedPipeline(run=ref.run, execution=execution, duplicate=not new)


def _uploaded(event: ObjectCreated, launcher: Launcher) -> StartedPipeline:
    found = event.detail.object
    match = _FILE.fullmatch(found.key)
    name = match["name"] if match else found.key
    identity = (event.detail.bucket.name, found.key, found.version_id, found.sequencer)
    ref = pipeline_run(name, *identity)
    cause = f"upload of s3://{event.detail.bucket.name}/{found.key}"
    execution, new = launcher.start_pipeline(ref.run, execution_input(ref, {}, cause))
    return StartedPipeline(run=ref.run, execution=execution, duplicate=not new)
