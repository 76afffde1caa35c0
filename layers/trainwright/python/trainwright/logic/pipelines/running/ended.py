"""Executions that ended without having told so themselves: aborted, timed out, or broken."""

import json

from trainwright.errors import RunStoppedError
from trainwright.logic.failures import read_failure
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.judge_failure import fail_step
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.stop_run import stop_pipeline
from trainwright.logic.ports import Executions
from trainwright.models.pipelines.inbound import StepExecutionEnded
from trainwright.models.pipelines.plan import PipelineRef
from trainwright.models.pipelines.states import (
    FailureVerdict,
    FinishPipelineRequest,
    StepRef,
    StoppedPipeline,
)


def pipeline_ended(
    event: StepExecutionEnded, executions: Executions, ports: Running
) -> StoppedPipeline:
    """Stop what the run of an ended execution has going, and announce its end if nobody did."""
    ref = PipelineRef.model_validate(json.loads(event.detail.input)["ref"])
    run = ports.progress.run(ref.run)
    if run is None or run.ended is not None or run.execution != event.detail.execution_arn:
        return StoppedPipeline(run=ref.run, stopped=())
    error, cause = executions.why_ended(event.detail.execution_arn)
    failure = read_failure(error, cause)
    status = event.detail.status.lower().replace("_", " ")
    reason = failure.reason or f"its execution was {status}"
    stopped = stop_pipeline(ref.run, reason, ports)
    request = FinishPipelineRequest(ref=ref, error=RunStoppedError.__name__, cause=reason)
    finish_run(request, ports)
    return stopped


def step_ended(event: StepExecutionEnded, executions: Executions, ports: Running) -> FailureVerdict:
    """Record that a step failed whose execution ended before that was recorded."""
    target = StepRef.model_validate_json(event.detail.input)
    record = ports.progress.step(target.ref.run, target.step)
    if record.status.ended or record.attempt != target.attempt:
        return FailureVerdict(again=False, error=record.error, reason=record.reason)
    failure = read_failure(*executions.why_ended(event.detail.execution_arn))
    status = event.detail.status.lower().replace("_", " ")
    reason = failure.reason or f"the execution of the step was {status}"
    return fail_step(target, record, failure.error or RunStoppedError.__name__, reason, ports)
