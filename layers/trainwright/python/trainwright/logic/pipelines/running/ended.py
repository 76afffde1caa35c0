"""Executions that ended without having told so themselves: aborted, timed out, or broken."""

from trainwright.errors import RunStoppedError
from trainwright.logic.failures import read_failure
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.judge_failure import fail_step
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.stop_run import stop_pipeline
from trainwright.logic.ports import Executions
from trainwright.models.pipelines.inbound import StepExecutionEnded
from trainwright.models.pipelines.progress import PipelineRun
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
    run = _run_of(event, ports)
    if run is None or run.ended is not None or run.execution != event.detail.execution_arn:
        return StoppedPipeline(run=run.ref.run if run else event.detail.name, stopped=())
    ref = run.ref
    error, cause = executions.why_ended(event.detail.execution_arn)
    failure = read_failure(error, cause)
    reason = failure.reason or f"its execution {_became(event)}"
    stopped = stop_pipeline(ref.run, reason, ports)
    request = FinishPipelineRequest(ref=ref, error=RunStoppedError.__name__, cause=reason)
    finish_run(request, ports)
    return stopped


def _run_of(event: StepExecutionEnded, ports: Running) -> PipelineRun | None:
    """Find the run by its execution's name, which a resumed run's number ends."""
    name = event.detail.name
    return ports.progress.run(name) or ports.progress.run(name.rpartition("-")[0])


def _became(event: StepExecutionEnded) -> str:
    said = event.detail.status.lower().replace("_", " ")
    return "was aborted" if said == "aborted" else said


def step_ended(event: StepExecutionEnded, executions: Executions, ports: Running) -> FailureVerdict:
    """Record that a step failed whose execution ended before that was recorded."""
    assert event.detail.input is not None  # names and numbers are never too long
    target = StepRef.model_validate_json(event.detail.input)
    record = ports.progress.step(target.ref.run, target.step)
    if record.status.ended or record.attempt != target.attempt:
        return FailureVerdict(again=False, error=record.error, reason=record.reason)
    failure = read_failure(*executions.why_ended(event.detail.execution_arn))
    reason = failure.reason or f"the execution of the step {_became(event)}"
    return fail_step(target, record, failure.error or RunStoppedError.__name__, reason, ports)
