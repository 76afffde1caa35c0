"""Names derived from the run, the step and the attempt, so that the same always gives the same."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from trainwright.logic.naming import MAX_NAME, run_id
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.progress import StepRecord
from trainwright.models.pipelines.states import StepRef
from trainwright.models.plan import RunRef

_DIGEST = 8
_MAX_EXECUTION = 80
_MAX_TUNING = 32


def pipeline_run(pipeline: str, *identity: str) -> PipelineRef:
    """Name the run that *identity* asks for."""
    return PipelineRef(pipeline=pipeline, run=run_id(pipeline, pipeline, *identity))


def pipeline_execution(ref: PipelineRef, attempt: int) -> str:
    """Name the execution of a run; a resumed run has another."""
    return ref.run if attempt == 1 else f"{ref.run}-{attempt}"


def execution_input(
    ref: PipelineRef, parameters: Mapping[str, Any], cause: str, *, resume: bool = False
) -> JsonObject:
    """Give the input of an execution of `pipeline`."""
    asked = {"parameters": dict(parameters), "cause": cause, "resume": resume}
    return {"ref": ref.model_dump(), **asked}


def step_execution(ref: PipelineRef, step: str, attempt: int) -> str:
    """Name the execution of a step."""
    return _fitting(ref.run, f"{step}-{attempt}", _MAX_EXECUTION)


def work_name(stack: str, ref: PipelineRef, record: StepRecord) -> str:
    """Name the job, the model or the deployment of a step: each try has its own."""
    tries = record.attempt + sum(record.tries.values())
    if record.plan.operation == "CreateHyperParameterTuningJob":
        return _fitting(stack, f"{ref.run}-{record.step}-{tries}", _MAX_TUNING)
    return _fitting(f"{stack}-{ref.run}", f"{record.step}-{tries}", MAX_NAME)


def deployment_run(ref: PipelineRef, record: StepRecord) -> str:
    """Name the run that a deployment is to the `deploy` machine: each try has its own."""
    number = f"{record.attempt}.{sum(record.tries.values())}"
    return run_id(ref.pipeline, ref.run, record.step, number)


def deployment_execution(run: str) -> str:
    """Name the execution of a deployment; a rule tells it by its beginning from those of runs."""
    return f"step-{run}"


def approval_of(run: str, step: str) -> str:
    """Name what an Approve step waits for."""
    return f"approval/{run}/{step}"


def waiting(ref: PipelineRef, target: StepRef) -> RunRef:
    """Name who waits, as tasks do."""
    identity = run_id(ref.pipeline, ref.run, target.step, str(target.attempt))
    return RunRef(id=identity, model=target.step, algorithm=f"pipeline {ref.pipeline}")


def asking(ref: PipelineRef, target: StepRef) -> RunRef:
    """Name who asks a person; a later attempt takes the place of an earlier one."""
    identity = run_id(ref.pipeline, ref.run, target.step)
    return RunRef(id=identity, model=target.step, algorithm=f"pipeline {ref.pipeline}")


def _fitting(head: str, tail: str, limit: int) -> str:
    """Join both with a digest of the whole, cutting what is too long from the tail."""
    digest = hashlib.sha256(f"{head}\0{tail}".encode()).hexdigest()[:_DIGEST]
    slug = re.sub(r"[^A-Za-z0-9-]+", "-", tail).strip("-")
    room = limit - len(head) - _DIGEST - 2
    if room < 1:
        return f"{head[: limit - _DIGEST - 1].rstrip('-')}-{digest}"
    return f"{head}-{slug[-room:].strip('-')}-{digest}"
