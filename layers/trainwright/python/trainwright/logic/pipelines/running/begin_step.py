"""State `Run step`: fill in what earlier steps made, then begin, or find it done before."""

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.running.caching import cache_key_of, find_cached, why_not_cached
from trainwright.logic.pipelines.running.filled import Filled, fill_in
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.work import WORK, resource_of
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.events import PipelineStepStarted
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.states import BeginStepRequest, BegunStep

SETTLED = "settled"
"""Key of an answer to the token that says how the step has ended already."""


def begin_step(request: BeginStepRequest, ports: Running) -> BegunStep:
    """Begin the work of a step; what is done at once answers the token at once."""
    target = request.target
    run, record = ports.progress.run_and_step(target.ref.run, target.step)
    if record.status.ended or record.attempt != target.attempt:
        return _answer(request, {SETTLED: record.status}, "already", ports)
    if run.stopping:
        return _answer(
            request, {SETTLED: StepStatus.STOPPED, "reason": run.reason}, "skipped", ports
        )
    filled = _filled(request, run, record, ports)
    key, components = cache_key_of(filled.asked, ports) if record.plan.cache_days else ("", {})
    if key and (entry := find_cached(key, ports)) is not None:
        answer = {SETTLED: StepStatus.CACHED, "outputs": entry.outputs, "from": entry.run}
        return _answer(request, answer, "cached", ports)
    pipeline = target.ref.pipeline
    missed = why_not_cached(pipeline, record.step, components, ports) if key else ()
    begun = record.model_copy(
        update={
            "status": StepStatus.RUNNING,
            "cache_miss": missed,
            "started": record.started or ports.now(),
            "resource": resource_of(filled, ports),
            "question": filled.request["message"] if record.plan.action == "approval" else "",
            "cache_key": key,
            "cache_components": components,
        }
    )
    if not ports.progress.begin(begun):
        return _answer(request, {SETTLED: StepStatus.STOPPED}, "already", ports)
    return _work(request, filled._replace(record=begun), ports)


def _work(request: BeginStepRequest, filled: Filled, ports: Running) -> BegunStep:
    result = WORK[filled.record.plan.action](filled, ports)
    if result.resource != filled.record.resource:
        ports.progress.note(filled.record.model_copy(update={"resource": result.resource}))
    kind = filled.record.plan.kind
    event = PipelineStepStarted(step=filled.record.step, kind=kind, resource=result.resource)
    ports.herald.tell(request.target.ref, event)
    if result.output is not None:
        return _answer(request, result.output, "done", ports)
    return BegunStep(step=filled.record.step, did="began", resource=result.resource)


def _filled(
    request: BeginStepRequest, run: PipelineRun, record: StepRecord, ports: Running
) -> Filled:
    """Evaluate the expressions of the step's request."""
    plan = record.plan
    found = ports.progress.steps(request.target.ref.run, plan.data_from) if plan.data_from else {}
    outputs = {name: other.outputs for name, other in found.items()}
    variables = {
        "parameters": run.parameters,
        "steps": outputs,
        "run": {"id": run.ref.run, "pipeline": run.ref.pipeline, "attempt": run.attempt},
    }
    try:
        asked = fill_in(plan, variables)
    except InvalidRequestError as error:
        raise InvalidRequestError(f"step '{record.step}': {error}") from error
    return Filled(request.target, request.token, record, asked)


def _answer(request: BeginStepRequest, output: JsonObject, did: str, ports: Running) -> BegunStep:
    ports.answers.succeed(request.token, output)
    return BegunStep.model_validate({"step": request.target.step, "did": did})
